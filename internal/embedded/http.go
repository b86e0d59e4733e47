package embedded

import (
	"bytes"
	"crypto/rand"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
)

const (
	targetPrefix = "DynamoDB_20120810."
	contentType  = "application/x-amz-json-1.0"
)

// ServeHTTP answers the DynamoDB JSON protocol: POST / with X-Amz-Target.
// GET /healthz says that the store is up. There is no CORS: a page in a
// browser has no business here, and the headers that a request must have make
// the browser ask first.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet && r.URL.Path == "/healthz" {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "ok\n")
		return
	}
	status, answer := s.serve(r, r.Body)
	setHeader(w.Header(), answer)
	w.WriteHeader(status)
	_, _ = w.Write(answer)
}

// Transport drives the store in this process: every request that a client
// makes through it, to whatever address, is answered by the store.
func (s *Store) Transport() http.RoundTripper { return transport{s} }

type transport struct{ store *Store }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	body := r.Body
	if body == nil {
		body = http.NoBody
	}
	defer body.Close()
	status, answer := t.store.serve(r, body)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	header := http.Header{}
	setHeader(header, answer)
	return &http.Response{
		Status:        strconv.Itoa(status) + " " + http.StatusText(status),
		StatusCode:    status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		Body:          io.NopCloser(bytes.NewReader(answer)),
		ContentLength: int64(len(answer)),
		Request:       r,
	}, nil
}

func (s *Store) serve(r *http.Request, from io.Reader) (int, []byte) {
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	media = strings.TrimSpace(media)
	if r.Method != http.MethodPost || (media != contentType && media != "application/json") {
		return http.StatusNotFound, []byte("<UnknownOperationException/>\n")
	}
	operation, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
	if !ok {
		e := &apiError{status: http.StatusBadRequest, kind: unknownKind}
		return e.status, e.body()
	}
	body, err := readAll(r, from)
	if err != nil {
		e := malformed("")
		return e.status, e.body()
	}
	return s.Do(r.Context(), operation, body)
}

// readAll reads at most one byte more than a body may have.
func readAll(r *http.Request, from io.Reader) ([]byte, error) {
	limited := io.LimitReader(from, maxBody+1)
	// What is said to be larger must prove it before it gets the memory.
	if n := r.ContentLength; n >= 0 && n <= 1<<20 {
		body := make([]byte, n)
		_, err := io.ReadFull(limited, body)
		return body, err
	}
	return io.ReadAll(limited)
}

func setHeader(h http.Header, answer []byte) {
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(answer)))
	h.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(answer)), 10))
	h.Set("X-Amzn-RequestId", rand.Text()+rand.Text())
}
