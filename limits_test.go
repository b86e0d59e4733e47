package discreet_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/discreet-dev/discreet"
)

const slow = 300 * time.Millisecond // stands for the seconds that a slow client has

// listening serves a handler on loopback as cmd/discreet does, but for shorter
// times.
func listening(t *testing.T, h http.Handler) (address string) {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ReadHeaderTimeout = slow
	s.Config.ReadTimeout = 10 * slow
	s.Config.WriteTimeout = 10 * time.Second
	s.Config.MaxHeaderBytes = 64 << 10
	s.Config.ErrorLog = nil
	s.Start()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

func notes(t *testing.T) (address string, log *locked) {
	t.Helper()
	s := &concurrent{answer: `{"Items":[{"owner":{"S":"ann"},"id":{"S":"1"}}],"ScannedCount":1}`}
	log = &locked{}
	h, err := discreet.NewHandler(discreet.Config{Contract: parsed(t, faultContract), Store: s, Log: log, Timeout: slow, Key: strings.Repeat("ab", 32)})
	if err != nil {
		t.Fatal(err)
	}
	return listening(t, h), log
}

// exchange sends bytes as they are and reads what comes back: the answers, one
// after the other, until the connection ends or nothing comes.
func exchange(t *testing.T, address string, parts ...string) (answers []*http.Response, closed bool) {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go func() {
		for i, p := range parts {
			if i > 0 {
				time.Sleep(2 * slow)
			}
			if _, err := io.WriteString(c, p); err != nil {
				return
			}
		}
	}()
	_ = c.SetReadDeadline(time.Now().Add(5 * slow))
	r := bufio.NewReader(c)
	for {
		a, err := http.ReadResponse(r, nil)
		if err != nil {
			netErr, ok := err.(net.Error) //nolint:errorlint // as the connection gave it
			return answers, !ok || !netErr.Timeout()
		}
		body, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		a.Body = io.NopCloser(strings.NewReader(string(body)))
		answers = append(answers, a)
	}
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func head(line string, fields ...string) string {
	return line + "\r\nHost: x\r\nX-User-Id: ann\r\n" + strings.Join(append(fields, "\r\n"), "\r\n")
}

func TestLimitsOverAConnection(t *testing.T) {
	address, log := notes(t)
	long := strings.Repeat("a", 17<<10)
	for _, c := range []struct {
		name   string
		send   []string
		status []int
		error  string // of the last answer
		closed bool
	}{
		{"a request", []string{head("GET /notes HTTP/1.1")}, []int{200}, "", false},
		{"two in a row", []string{head("GET /notes HTTP/1.1") + head("GET /notes HTTP/1.1")}, []int{200, 200}, "", false},
		{"one after a pause longer than a request's time", []string{head("PATCH /notes/1 HTTP/1.1", "Content-Type: application/json", "Content-Length: 2") + "{}", head("GET /notes HTTP/1.1")}, []int{404, 200}, "", false},
		{"HTTP/1.0", []string{"GET /notes HTTP/1.0\r\nX-User-Id: ann\r\n\r\n"}, []int{200}, "", true},
		{"HTTP/1.1 without a host", []string{"GET /notes HTTP/1.1\r\nX-User-Id: ann\r\n\r\n"}, []int{400}, "", true},
		{"an absolute target", []string{head("GET http://elsewhere.example/notes HTTP/1.1")}, []int{200}, "", false},
		{"a target that is a host", []string{head("GET //notes HTTP/1.1")}, []int{404}, "not found", false},
		{"CONNECT", []string{head("CONNECT notes:443 HTTP/1.1")}, []int{400}, "path: takes segments in UTF-8 without encoded slashes, control characters or dot segments", false},
		{"TRACE", []string{head("TRACE /notes HTTP/1.1")}, []int{405}, "method not allowed", false},
		{"a method that no one knows", []string{head("CANARY /notes HTTP/1.1")}, []int{405}, "method not allowed", false},
		{"a target too long", []string{head("GET /notes?" + long + " HTTP/1.1")}, []int{414}, "uri too long", true},
		{"headers too large", []string{head("GET /notes HTTP/1.1", "X-A: "+long, "X-B: "+long)}, []int{431}, "request header fields too large", true},
		{"headers too large for the listener", []string{head("GET /notes HTTP/1.1", "X-A: "+strings.Repeat(long, 5))}, []int{431}, "", true},
		{"a body too large", []string{head("PATCH /notes/1 HTTP/1.1", "Content-Type: application/json", "Content-Length: 409601") + "{"}, []int{413}, "too large", true},
		{"a chunked body too large", []string{head("PATCH /notes/1 HTTP/1.1", "Content-Type: application/json", "Transfer-Encoding: chunked") + "70000\r\n" + strings.Repeat(" ", 0x70000) + "\r\n0\r\n\r\n"}, []int{413}, "too large", true},
		{"a length and chunks", []string{head("PATCH /notes/1 HTTP/1.1", "Content-Length: 2", "Transfer-Encoding: chunked") + "0\r\n\r\n"}, []int{415}, "unsupported media type", true},
		{"a request behind a length and chunks", []string{head("PATCH /notes/1 HTTP/1.1", "Content-Type: application/json", "Content-Length: 56", "Transfer-Encoding: chunked") + "2\r\n{}\r\n0\r\n\r\n" + head("GET /notes HTTP/1.1")}, []int{404}, "not found", true},
		{"two lengths", []string{head("PATCH /notes/1 HTTP/1.1", "Content-Length: 2", "Content-Length: 3") + "{}"}, []int{400}, "", true},
		{"a body that is not waited for", []string{head("PATCH /nowhere HTTP/1.1", "Expect: 100-continue", "Content-Length: 400000")}, []int{404}, "not found", true},
		{"an expectation of another kind", []string{head("GET /notes HTTP/1.1", "Expect: CANARY")}, []int{417}, "", true},
		{"garbage behind a request", []string{head("GET /notes HTTP/1.1") + "\x00CANARY\r\n\r\n"}, []int{200, 400}, "", true},
		{"a header that does not end", []string{"GET /notes HTTP/1.1\r\nHost: x\r\nX-A", ": b\r\n\r\n"}, []int{400}, "", true},
		{"a body that does not end", []string{head("PATCH /notes/1 HTTP/1.1", "Content-Type: application/json", "Content-Length: 100") + `{"text":`, `"x"}`}, []int{400}, "body: was cut off", true},
		{"a header twice", []string{head("GET /notes HTTP/1.1", "X-User-Id: ben")}, []int{401}, "unauthenticated", false},
		{"a header of the same name to other software", []string{head("GET /notes HTTP/1.1", "X_User_Id: ben")}, []int{401}, "unauthenticated", false},
		{"a trailer that names a user", []string{"PATCH /notes/1 HTTP/1.1\r\nHost: x\r\nTrailer: X-User-Id\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-User-Id: ann\r\n\r\n"}, []int{400}, "missing user identifier", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			answers, closed := exchange(t, address, c.send...)
			var status []int
			for _, a := range answers {
				status = append(status, a.StatusCode)
			}
			if fmt.Sprint(status) != fmt.Sprint(c.status) || closed != c.closed {
				t.Fatalf("%v, closed %v; want %v, %v", status, closed, c.status, c.closed)
			}
			if c.error == "" {
				return
			}
			last := answers[len(answers)-1]
			if got, want := text(t, last), fmt.Sprintf("{\"error\":%q,\"request_id\":%q}\n", c.error, last.Header.Get("X-Request-Id")); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
	t.Cleanup(func() {
		if strings.Contains(log.String(), "CANARY") {
			t.Error("what a client wrote stands in the log")
		}
	})
}

func TestHEADSaysWhatGETSaysWithoutTheBody(t *testing.T) {
	address, _ := notes(t)
	for _, target := range []string{"/notes", "/nowhere", "/notes?limit=0"} {
		get, _ := exchange(t, address, head("GET "+target+" HTTP/1.1", "Connection: close"))
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, head("HEAD "+target+" HTTP/1.1", "Connection: close"))
		raw, err := io.ReadAll(c)
		_ = c.Close()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(string(raw), "\r\n\r\n") || strings.Count(string(raw), "\r\n\r\n") != 1 {
			t.Errorf("%s: a body: %q", target, raw)
		}
		answer, err := http.ReadResponse(bufio.NewReader(strings.NewReader(string(raw))), &http.Request{Method: "HEAD"})
		if err != nil || answer.StatusCode != get[0].StatusCode || answer.ContentLength != get[0].ContentLength {
			t.Errorf("%s: %v; GET says %v (%v)", target, answer, get[0], err)
		}
	}
}

// concurrent is a store that many may ask at once.
type concurrent struct{ answer string }

func (c *concurrent) Do(context.Context, string, []byte) ([]byte, error) {
	return []byte(c.answer), nil
}
