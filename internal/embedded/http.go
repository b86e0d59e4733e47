package embedded

import (
	"bytes"
	"context"
	"hash/crc32"
	"io"
	"math/rand/v2"
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

// notDynamoDB answers what is no request of the protocol.
const notDynamoDB = "<UnknownOperationException/>\n"

func (s *Store) serve(r *http.Request, from io.Reader) (int, []byte) {
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	media = strings.TrimSpace(media)
	if r.Method != http.MethodPost || (media != contentType && media != "application/json") {
		return http.StatusNotFound, []byte(notDynamoDB)
	}
	release := s.admit(r.ContentLength)
	defer release()
	body, err := readAll(r, from)
	if err != nil {
		e := malformed("")
		return e.status, e.body()
	}
	return s.do(r.Context(), r.Header.Get("X-Amz-Target"), body)
}

// do runs the operation that a target names.
func (s *Store) do(ctx context.Context, target string, body []byte) (int, []byte) {
	operation, ok := operationOf(target)
	if !ok {
		e := &apiError{status: http.StatusBadRequest, kind: unknownKind}
		return e.status, e.body()
	}
	return s.Do(ctx, operation, body)
}

// A body that is larger than most waits until fewer than maxLarge others are
// under way: 16 MB from each of many clients is more than a machine may have.
const (
	largeBody = 1 << 20
	maxLarge  = 8
)

// admit waits for room for a body of that many bytes, -1 if that is unknown;
// the caller calls what it returns when the request is done.
func (s *Store) admit(length int64) (release func()) {
	if length >= 0 && length <= largeBody {
		return func() {}
	}
	s.large <- struct{}{}
	return func() { <-s.large }
}

// operationOf is the operation that a target names: one of DynamoDB's, or of
// the streams', each under its own prefix.
func operationOf(target string) (string, bool) {
	if name, ok := strings.CutPrefix(target, targetPrefix); ok {
		return name, !isStreams(name)
	}
	name, ok := strings.CutPrefix(target, streamsPrefix)
	return name, ok && isStreams(name)
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
	h.Set("X-Amzn-RequestId", string(appendRequestID(nil)))
}

// appendRequestID appends 52 characters as DynamoDB's ids have. They are for
// telling answers apart and keep no secret.
func appendRequestID(dst []byte) []byte {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	for range 4 {
		n := rand.Uint64()
		for range 13 {
			dst = append(dst, letters[n&31])
			n >>= 5
		}
	}
	return dst
}
