package embedded

import (
	"bytes"
	"context"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
)

// wire is one connection of a Listener. It reads requests of one plain form,
// and is strict about it: whatever is not exactly that goes to net/http, bytes
// unchanged, so that there is one reading of everything unusual.
type wire struct {
	conn     net.Conn
	listener *Listener
	state    atomic.Int64 // what the client is doing, and since which tick
	in       []byte       // what was read and not yet answered is in[:n]
	n        int
	out      []byte
}

const (
	idle = iota
	reading
	writing
	stateMask = 3
)

func (w *wire) mark(state int64) { w.state.Store(w.listener.ticks.Load()<<2 | state) }

// late tells whether the client has taken too long for what it is doing.
func (w *wire) late(now int64) bool {
	state := w.state.Load()
	taken := now - state>>2
	switch state & stateMask {
	case reading:
		return taken > readTicks
	case writing:
		return taken > writeTicks
	}
	return taken > idleTicks
}

const (
	firstBuffer = 4 << 10
	maxPlain    = 16 << 10 // the longest head that is read here
	keptBuffer  = 64 << 10 // what a connection keeps between requests
)

// serve answers requests until the connection ends or a request is not plain:
// then rest is what came since the last answer.
func (w *wire) serve() (rest []byte, keep bool) {
	w.in = make([]byte, firstBuffer)
	for {
		h, state := parseHead(w.in[:w.n])
		switch {
		case state == headOther, state == headPlain && !w.listener.IsLocal(h.host):
			return w.in[:w.n], true
		case state == headPlain:
			if !w.answer(h) {
				return nil, false
			}
			continue
		case w.n >= maxPlain:
			return w.in[:w.n], true
		}
		if !w.more() {
			return nil, false
		}
	}
}

// more reads on.
func (w *wire) more() bool {
	if w.n == len(w.in) {
		w.in = append(w.in, make([]byte, len(w.in))...)
	}
	if w.n > 0 && w.state.Load()&stateMask == idle {
		w.mark(reading)
	}
	n, err := w.conn.Read(w.in[w.n:])
	if w.n == 0 {
		w.mark(reading)
	}
	w.n += n
	return n > 0 || err == nil
}

// answer reads the body, runs the request and answers; false ends the
// connection.
func (w *wire) answer(h head) bool {
	release := w.listener.Store.admit(int64(h.length))
	body := make([]byte, h.length)
	got := copy(body, w.in[h.size:w.n])
	left := copy(w.in, w.in[min(h.size+got, w.n):w.n])
	if _, err := io.ReadFull(w.conn, body[got:]); err != nil {
		release()
		return false
	}
	w.n = left
	w.mark(writing)
	status, answer := http.StatusNotFound, []byte(notDynamoDB)
	if h.media == contentType || h.media == "application/json" {
		status, answer = w.listener.Store.do(context.Background(), h.target, body)
	}
	release()
	err := w.write(status, answer)
	w.mark(idle)
	if len(w.in) > keptBuffer && w.n == 0 {
		w.in = make([]byte, firstBuffer)
	}
	return err == nil && (w.n > 0 || !w.listener.closed.Load())
}

// write sends the head and the body in one call.
func (w *wire) write(status int, answer []byte) error {
	out := append(w.out[:0], "HTTP/1.1 "...)
	out = strconv.AppendInt(out, int64(status), 10)
	out = append(out, ' ')
	out = append(out, http.StatusText(status)...)
	out = append(out, "\r\nContent-Type: "+contentType+"\r\nContent-Length: "...)
	out = strconv.AppendInt(out, int64(len(answer)), 10)
	out = append(out, "\r\nX-Amz-Crc32: "...)
	out = strconv.AppendUint(out, uint64(crc32.ChecksumIEEE(answer)), 10)
	out = append(out, "\r\nX-Amzn-Requestid: "...)
	out = appendRequestID(out)
	out = append(out, "\r\nDate: "...)
	out = append(out, *w.listener.date.Load()...)
	out = append(out, "\r\n\r\n"...)
	w.out = out
	if len(answer) <= keptBuffer-len(out) {
		w.out = append(out, answer...)
		_, err := w.conn.Write(w.out)
		return err
	}
	both := net.Buffers{out, answer}
	_, err := both.WriteTo(w.conn)
	return err
}

// head is what matters of a plain request's head.
type head struct {
	size   int // of the head, in bytes
	length int // of the body
	host   string
	media  string
	target string
}

const (
	headShort = iota // there is more to come
	headPlain
	headOther // net/http must look at it
)

const requestLine = "POST / HTTP/1.1\r\n"

// parseHead reads the head of a plain request: POST / in HTTP/1.1, fields of
// visible characters, one host, one length, no other framing, nothing that
// asks for more than an answer.
func parseHead(in []byte) (h head, state int) {
	if n := min(len(in), len(requestLine)); string(in[:n]) != requestLine[:n] {
		return h, headOther
	}
	end := bytes.Index(in, []byte("\r\n\r\n"))
	if end < 0 {
		return h, headShort
	}
	h.size, h.length = end+4, -1
	for at := len(requestLine); at < end+2; {
		line := in[at:]
		line = line[:bytes.IndexByte(line, '\r')]
		at += len(line) + 2
		if in[at-1] != '\n' || !h.field(line) {
			return h, headOther
		}
	}
	if h.host == "" || h.length < 0 {
		return h, headOther
	}
	return h, headPlain
}

// field reads one line; false if the request is not plain.
func (h *head) field(line []byte) bool {
	colon := bytes.IndexByte(line, ':')
	if colon < 1 {
		return false
	}
	name, value := line[:colon], trim(line[colon+1:])
	for _, c := range name {
		if c != '-' && (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	for _, c := range value {
		if c < ' ' || c > '~' {
			return false
		}
	}
	switch len(name) {
	case 4:
		if is(name, "host") {
			if h.host != "" {
				return false
			}
			h.host = string(value)
		}
	case 6:
		return !is(name, "expect")
	case 7:
		return !is(name, "upgrade") && !is(name, "trailer")
	case 10:
		return !is(name, "connection") || is(value, "keep-alive")
	case 12:
		switch {
		case is(name, "content-type"):
			return set(&h.media, mediaOf(value))
		case is(name, "x-amz-target"):
			return set(&h.target, string(value))
		}
	case 14:
		if is(name, "content-length") {
			n, ok := bodyLength(value)
			ok = ok && h.length < 0
			h.length = n
			return ok
		}
	case 16:
		return !is(name, "content-encoding")
	case 17:
		return !is(name, "transfer-encoding")
	}
	return true
}

func set(into *string, value string) bool {
	first := *into == ""
	*into = value
	return first
}

// is compares without regard to case; what is in small letters.
func is(text []byte, what string) bool {
	return len(text) == len(what) && bytes.EqualFold(text, []byte(what))
}

func trim(value []byte) []byte { return bytes.Trim(value, " \t") }

func mediaOf(value []byte) string {
	media, _, _ := bytes.Cut(value, []byte{';'})
	return string(trim(media))
}

// bodyLength reads a length that is within DynamoDB's limit.
func bodyLength(value []byte) (int, bool) {
	if len(value) == 0 || len(value) > 8 {
		return 0, false
	}
	n := 0
	for _, c := range value {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, n <= maxBody
}
