package embedded

import (
	"bufio"
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// startListener answers on a socket until the test ends.
func startListener(t testing.TB, s *Store) (l *Listener, address string, stop func() error) {
	t.Helper()
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l = &Listener{
		Store:   s,
		Other:   &http.Server{Handler: s, ReadHeaderTimeout: time.Second},
		IsLocal: func(host string) bool { return strings.HasPrefix(host, "127.0.0.1") },
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Serve(ctx, socket, 5*time.Second) }()
	stop = func() error {
		cancel()
		err := <-ended
		ended <- nil
		return err
	}
	t.Cleanup(func() { _ = stop() })
	return l, socket.Addr().String(), stop
}

// exchangeRaw sends bytes as they are and returns what comes until the
// connection is closed or quiet.
func exchangeRaw(t testing.TB, address string, parts ...string) string {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for i, part := range parts {
		if i > 0 {
			time.Sleep(20 * time.Millisecond)
		}
		if _, err := io.WriteString(c, part); err != nil {
			break // refused before it was all sent
		}
	}
	var out strings.Builder
	patience := 10 * time.Second
	for buf := make([]byte, 4096); ; patience = 200 * time.Millisecond {
		_ = c.SetReadDeadline(time.Now().Add(patience))
		n, err := c.Read(buf)
		out.Write(buf[:n])
		if err != nil {
			return out.String()
		}
	}
}

func plainRequest(fields, body string) string {
	return "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n" +
		fields + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
}

// The body of an answer never depends on who read the request.
func TestPlainAndOtherRequestsAreAnsweredAlike(t *testing.T) {
	_, address, _ := startListener(t, openMusic(t))
	const want = `{"TableNames":["music"]}`
	chunked := strings.Replace(plainRequest("Transfer-Encoding: chunked\r\n", ""), "Content-Length: 0\r\n", "", 1) + "2\r\n{}\r\n0\r\n\r\n"
	for name, parts := range map[string][]string{
		"plain":             {plainRequest("", "{}")},
		"no body":           {plainRequest("", "")},
		"keep-alive":        {plainRequest("Connection: keep-alive\r\n", "{}")},
		"byte by byte":      strings.Split(plainRequest("", "{}"), ""),
		"close":             {plainRequest("Connection: close\r\n", "{}")},
		"chunked":           {chunked},
		"absolute form":     {strings.Replace(plainRequest("", "{}"), "POST /", "POST http://127.0.0.1/", 1)},
		"after a plain one": {plainRequest("", "{}"), chunked},
	} {
		got := exchangeRaw(t, address, parts...)
		if !strings.Contains(got, want) || !strings.HasPrefix(got, "HTTP/1.1 200 OK\r\n") {
			t.Errorf("%s: %q", name, got)
		}
	}
	pipelined := exchangeRaw(t, address, strings.Repeat(plainRequest("", "{}"), 5))
	if n := strings.Count(pipelined, want); n != 5 {
		t.Errorf("%d answers to 5 requests in one packet", n)
	}
}

// None of these may be read as a request and another one behind it. (A length
// beside chunks is no such case: RFC 9112, 6.3 says that chunks count.)
func TestNoRequestIsSmuggledBehindAnother(t *testing.T) {
	_, address, _ := startListener(t, openMusic(t))
	hidden := strings.Replace(plainRequest("", "{}"), "ListTables", "DescribeLimits", 1)
	for name, text := range map[string]string{
		"two lengths":              plainRequest("Content-Length: 0\r\n", hidden),
		"spaced chunks":            plainRequest("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"+hidden),
		"length with a sign":       strings.Replace(plainRequest("", ""), "Length: 0", "Length: +0", 1) + hidden,
		"length in words":          strings.Replace(plainRequest("", ""), "Length: 0", "Length: 0, 0", 1) + hidden,
		"folded field":             plainRequest("X-A: b\r\n Content-Length: 0\r\n", hidden),
		"bare line feed":           plainRequest("X-A: b\nContent-Length: 0\r\n", hidden),
		"bare carriage return":     plainRequest("X-A: b\rContent-Length: 0\r\n", hidden),
		"name with a space":        plainRequest("Content-Length : 0\r\n", hidden),
		"empty name":               plainRequest(": 0\r\n", hidden),
		"no colon":                 plainRequest("Content-Length\r\n", hidden),
		"zero byte":                plainRequest("X-A: \x00\r\nContent-Length: 0\r\n", hidden),
		"two hosts":                plainRequest("Host: 127.0.0.1\r\n", hidden),
		"length beyond any number": strings.Replace(plainRequest("", ""), "Length: 0", "Length: 99999999999999999999", 1) + hidden,
	} {
		if got := exchangeRaw(t, address, text); strings.Contains(got, "AccountMax") {
			t.Errorf("%s: the hidden request was run: %q", name, got)
		}
	}
}

func TestARequestForAnotherHostGoesToNetHTTP(t *testing.T) {
	l, address, _ := startListener(t, openMusic(t))
	l.Other.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "no", http.StatusMisdirectedRequest)
	})
	got := exchangeRaw(t, address, strings.Replace(plainRequest("", "{}"), "Host: 127.0.0.1", "Host: foreign.example", 1))
	if !strings.HasPrefix(got, "HTTP/1.1 421") {
		t.Errorf("%q", got)
	}
}

func TestAnAnswersHeadersAreRight(t *testing.T) {
	_, address, _ := startListener(t, openMusic(t))
	out := exchangeRaw(t, address, plainRequest("", "{}"))
	answer, err := http.ReadResponse(bufio.NewReader(strings.NewReader(out)), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	h := answer.Header
	if h.Get("X-Amz-Crc32") != strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10) || len(h.Get("X-Amzn-Requestid")) != 52 || h.Get("Content-Type") != contentType {
		t.Errorf("headers %v", h)
	}
	if date, err := http.ParseTime(h.Get("Date")); err != nil || time.Since(date) > 5*time.Second {
		t.Errorf("date %s", h.Get("Date"))
	}
}

func TestASlowClientLosesItsConnection(t *testing.T) {
	l, address, _ := startListener(t, openMusic(t))
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "POST / HTTP/1.1\r\nHost: "); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	l.ticks.Add(readTicks)
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := c.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the connection: %v", err)
	}
}

func TestAHeadWithoutEndIsRefused(t *testing.T) {
	_, address, _ := startListener(t, openMusic(t))
	got := exchangeRaw(t, address, "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: "+strings.Repeat("a", 3<<20))
	if !strings.HasPrefix(got, "HTTP/1.1 431") {
		t.Errorf("%.100q", got)
	}
}

func TestABodyBeyondTheLimitIsRefused(t *testing.T) {
	_, address, _ := startListener(t, openMusic(t))
	got := exchangeRaw(t, address, plainRequest("", strings.Repeat(" ", maxBody+1)))
	if !strings.HasPrefix(got, "HTTP/1.1 413") {
		t.Errorf("%.100q", got)
	}
}

func TestAnAnswerUnderWayIsFinishedBeforeTheEnd(t *testing.T) {
	_, address, stop := startListener(t, openMusic(t))
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	text := plainRequest("", "{}")
	if _, err := io.WriteString(c, text[:len(text)-1]); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	time.Sleep(50 * time.Millisecond)
	if _, err := io.WriteString(c, text[len(text)-1:]); err != nil {
		t.Fatal(err)
	}
	out, _ := io.ReadAll(c)
	if err := <-ended; err != nil || !strings.Contains(string(out), "TableNames") {
		t.Errorf("%v %q", err, out)
	}
}

// FuzzParseHead: what is plain here is the same request to net/http.
func FuzzParseHead(f *testing.F) {
	f.Add([]byte(plainRequest("", "{}")))
	f.Add([]byte(plainRequest("Connection: keep-alive\r\nAccept: */*\r\n", "{}")))
	f.Add([]byte(plainRequest("Content-Length: 1\r\n", "{}")))
	f.Add([]byte("POST / HTTP/1.1\r\n\r\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		h, state := parseHead(in)
		if state != headPlain {
			return
		}
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(string(in))))
		if err != nil {
			t.Fatalf("plain, and net/http says %v: %q", err, in)
		}
		media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
		if r.Method != "POST" || r.RequestURI != "/" || r.Host != h.host || r.ContentLength != int64(h.length) || len(r.TransferEncoding) > 0 ||
			r.Header.Get("X-Amz-Target") != h.target || strings.TrimSpace(media) != h.media || r.Close {
			t.Fatalf("read otherwise than by net/http: %+v and %+v: %q", h, r, in)
		}
	})
}
