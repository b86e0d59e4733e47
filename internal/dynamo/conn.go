package dynamo

import (
	"net"
	"sync"
)

// watched is a connection that counts what came of an answer, behind the
// buffer in which net/http would keep it. Bytes after the announced end would
// be read as the answer of the next request on the connection, maybe another
// caller's (CWE-444).
type watched struct {
	net.Conn

	mu      sync.Mutex
	matched int   // of endOfHeader
	body    int64 // bytes after it
}

const endOfHeader = "\r\n\r\n"

// begin starts an exchange. net/http refuses what comes between two.
func (w *watched) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.matched, w.body = 0, 0
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, c := range b[:n] {
		if w.matched == len(endOfHeader) {
			w.body += int64(n - i)
			break
		}
		switch c {
		case endOfHeader[w.matched]:
			w.matched++
		case '\r':
			w.matched = 1
		default:
			w.matched = 0
		}
	}
	return n, err
}

// overrun reports whether more came than a body of that many bytes, or whether
// that cannot be said: after a header that ends in an odd way.
func (w *watched) overrun(length int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.matched < len(endOfHeader) || w.body > length
}
