package dynamo

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/discreet-dev/discreet/internal/fault"
)

const (
	request = `{"TableName":"t","Key":{"PK":{"S":"alice"}}}`
	answer  = `{"Item":{"PK":{"S":"alice"},"n":{"N":"1e3"}}}`
	canary  = "c4n4ry"
)

func stub(t testing.TB, handle http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s
}

func client(t testing.TB, cfg Config) *Client {
	t.Helper()
	// Generous, so that a busy machine fails no test; tests of time say theirs.
	cfg.Backoff = cmp.Or(cfg.Backoff, time.Millisecond)
	cfg.AttemptTimeout = cmp.Or(cfg.AttemptTimeout, 30*time.Second)
	cfg.Timeout = cmp.Or(cfg.Timeout, time.Minute)
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Reset)
	return c
}

func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(body))), 10))
	w.Header().Set("X-Amzn-Requestid", "REQ1")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func refuse(w http.ResponseWriter, status int, code string) {
	reply(w, status, `{"__type":"com.amazonaws.dynamodb.v20120810#`+code+`","message":"because"}`)
}

func TestTheBodyGoesOutSignedAndTheAnswerComesBackAsTheyAre(t *testing.T) {
	s := stub(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if string(body) != request {
			t.Errorf("body %s", body)
		}
		if got := r.Header.Get("X-Amz-Target"); got != "DynamoDB_20120810.GetItem" {
			t.Errorf("target %s", got)
		}
		if a := r.Header.Get("Authorization"); !strings.HasPrefix(a, "AWS4-HMAC-SHA256 Credential=local/") ||
			!strings.Contains(a, "/us-east-1/dynamodb/aws4_request") {
			t.Errorf("authorization %s", a)
		}
		reply(w, 200, answer)
	})
	got, err := client(t, Config{Endpoint: s.URL}).Do(t.Context(), "GetItem", []byte(request))
	if err != nil || string(got) != answer {
		t.Fatalf("%s, %v", got, err)
	}
}

func TestEveryActionOfTheListIsSentAndNoOther(t *testing.T) {
	var seen atomic.Value
	s := stub(t, func(w http.ResponseWriter, r *http.Request) {
		seen.Store(r.Header.Get("X-Amz-Target"))
		reply(w, 200, "{}")
	})
	c := client(t, Config{Endpoint: s.URL})
	for _, action := range []string{
		"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems", "DescribeTable", "DescribeTimeToLive",
		"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems",
	} {
		if _, err := c.Do(t.Context(), action, []byte(`{}`)); err != nil || seen.Load() != "DynamoDB_20120810."+action {
			t.Errorf("%s: sent %v, %v", action, seen.Load(), err)
		}
	}
	seen.Store("")
	for _, action := range []string{"", "getitem", "DeleteTable", "ExecuteStatement", "GetItem\r\nX: y"} {
		if _, err := c.Do(t.Context(), action, []byte(`{}`)); err == nil || seen.Load() != "" {
			t.Errorf("%q was sent", action)
		}
	}
}

// raw answers every connection with those bytes and then closes it.
func raw(text string) func(t *testing.T) string {
	return func(t *testing.T) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				go func() {
					defer conn.Close()
					req, err := http.ReadRequest(bufio.NewReader(conn))
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, req.Body)
					_, _ = io.WriteString(conn, text)
				}()
			}
		}()
		return "http://" + l.Addr().String()
	}
}

func handled(handle http.HandlerFunc) func(t *testing.T) string {
	return func(t *testing.T) string { return stub(t, handle).URL }
}

func refused(status int, code string) func(t *testing.T) string {
	return handled(func(w http.ResponseWriter, _ *http.Request) { refuse(w, status, code) })
}

func TestEveryFailureHasItsFault(t *testing.T) {
	secret := `{"Item":{"ssn":{"S":"` + canary + `"}}}`
	tests := []struct {
		name string
		at   func(t *testing.T) string
		is   error // nil: a *fault.Upstream
		code string
		kind fault.Kind
	}{
		{"throttled", refused(400, "ProvisionedThroughputExceededException"), nil, "ProvisionedThroughputExceededException", fault.Unavailable},
		{"throttled by account", refused(400, "ThrottlingException"), nil, "ThrottlingException", fault.Unavailable},
		{"request limit", refused(400, "RequestLimitExceeded"), nil, "RequestLimitExceeded", fault.Unavailable},
		{"limit", refused(400, "LimitExceededException"), nil, "LimitExceededException", fault.Unavailable},
		{"conflict", refused(400, "TransactionConflictException"), nil, "TransactionConflictException", fault.Unavailable},
		{"internal", refused(500, "InternalServerError"), nil, "InternalServerError", fault.Unavailable},
		{"internal with status 400", refused(400, "InternalServerError"), nil, "InternalServerError", fault.Unavailable},
		{"unavailable", refused(503, "ServiceUnavailable"), nil, "ServiceUnavailable", fault.Unavailable},
		{"a load balancer's page", handled(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(502)
			_, _ = io.WriteString(w, "<html>"+canary)
		}), nil, "Unknown", fault.Unavailable},
		{"validation", refused(400, "ValidationException"), nil, "ValidationException", fault.RefusedByUpstream},
		{"no such table", refused(400, "ResourceNotFoundException"), nil, "ResourceNotFoundException", fault.RefusedByUpstream},
		{"denied", refused(400, "AccessDeniedException"), nil, "AccessDeniedException", fault.RefusedByUpstream},
		{"condition", refused(400, ConditionFailed), nil, ConditionFailed, fault.RefusedByUpstream},
		{"a redirect", handled(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}), nil, "Unknown", fault.RefusedByUpstream},
		{"a success that is no 200", handled(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }), nil, "Unknown", fault.RefusedByUpstream},
		{"a code that cannot be one", refused(400, `x\nlevel=error`), nil, "Unknown", fault.RefusedByUpstream},

		{"slow", handled(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		}), ErrTimeout, "", fault.Unavailable},
		{"slow inside the body", handled(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, secret)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}), ErrTimeout, "", fault.Unavailable},
		{"nobody listens", func(t *testing.T) string {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			return "http://" + l.Addr().String()
		}, ErrCut, "", fault.Unavailable},
		{"cut before the answer", raw(""), ErrCut, "", fault.Unavailable},
		{"cut inside the header", raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"), ErrCut, "", fault.Unavailable},
		{"cut inside the body", raw("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + secret), ErrCut, "", fault.Unavailable},
		{"cut inside a chunk", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n" + secret), ErrCut, "", fault.Unavailable},

		{"wrong crc", handled(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Amz-Crc32", "1")
			_, _ = io.WriteString(w, secret)
		}), ErrDamaged, "", fault.Internal},
		{"crc that is no number", handled(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Amz-Crc32", "x")
			_, _ = io.WriteString(w, secret)
		}), ErrDamaged, "", fault.Internal},
		{"wrong crc of an error", handled(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Amz-Crc32", "1")
			w.WriteHeader(400)
			_, _ = io.WriteString(w, `{"__type":"ValidationException"}`)
		}), ErrDamaged, "", fault.Internal},
		{"no length", raw("HTTP/1.1 200 OK\r\n\r\n" + secret), ErrDamaged, "", fault.Internal},
		{"not HTTP", raw(secret), ErrDamaged, "", fault.Internal},
		{"not JSON", handled(func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "<html>"+canary) }), ErrDamaged, "", fault.Internal},
		{"empty", handled(func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "") }), ErrDamaged, "", fault.Internal},
		{"two lengths", raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} "), ErrDamaged, "", fault.Internal},
		{"extra bytes", raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" + secret), ErrDamaged, "", fault.Internal},
		{"an answer nobody asked for", raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 29\r\n\r\n" + secret), ErrDamaged, "", fault.Internal},
		{"a header that ends oddly", raw("HTTP/1.1 200 OK\nContent-Length: 2\n\n{}"), ErrDamaged, "", fault.Internal},
		{"huge", raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{"), ErrDamaged, "", fault.Internal},
		{"compressed", handled(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, "{}")
		}), ErrDamaged, "", fault.Internal},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := Config{Endpoint: tt.at(t), MaxAttempts: 2}
			if tt.is == ErrTimeout { //nolint:errorlint // a table's field
				cfg.AttemptTimeout = 100 * time.Millisecond
			}
			c := client(t, cfg)
			got, err := c.Do(t.Context(), "GetItem", []byte(request))
			if err == nil {
				t.Fatalf("answered %s", got)
			}
			if kind := Fault(err).Kind; kind != tt.kind {
				t.Errorf("fault %d, want %d: %v", kind, tt.kind, err)
			}
			var up *fault.Upstream
			if errors.As(err, &up) != (tt.is == nil) || (up != nil && up.Code != tt.code) {
				t.Errorf("upstream %+v", up)
			}
			if tt.is != nil && (!errors.Is(err, tt.is) || got != nil) {
				t.Errorf("%v, with %q", err, got)
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("the error shows the answer: %v", err)
			}
		})
	}
	if Fault(nil) != nil {
		t.Error("a fault of nothing")
	}
}

func TestAnAnswerWithoutAnEndIsNotReadToTheEnd(t *testing.T) {
	chunk := bytes.Repeat([]byte("x"), 1<<20)
	var sent atomic.Int64
	s := stub(t, func(w http.ResponseWriter, _ *http.Request) {
		for range 64 {
			n, err := w.Write(chunk)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	_, err := client(t, Config{Endpoint: s.URL}).Do(t.Context(), "Query", []byte(request))
	if !errors.Is(err, errTooLarge) || sent.Load() > 2*maxAnswer {
		t.Fatalf("%v after %d bytes", err, sent.Load())
	}
}

func TestAnErrorKeepsItsBodyMessageAndRequestID(t *testing.T) {
	s := stub(t, func(w http.ResponseWriter, _ *http.Request) { refuse(w, 400, ConditionFailed) })
	body, err := client(t, Config{Endpoint: s.URL}).Do(t.Context(), "PutItem", []byte(request))
	var up *fault.Upstream
	if !errors.As(err, &up) || *up != (fault.Upstream{Status: 400, Code: ConditionFailed, Message: "because", RequestID: "REQ1"}) {
		t.Fatalf("%+v", err)
	}
	if !strings.Contains(string(body), ConditionFailed) {
		t.Fatalf("body %q", body)
	}
}

func TestAWriteIsRepeatedOnlyWhenItSurelyWasNotDone(t *testing.T) {
	cut := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	}
	late := func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}
	damage := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amz-Crc32", "1")
		_, _ = io.WriteString(w, "{}")
	}
	no := func(status int, code string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { refuse(w, status, code) }
	}
	tests := []struct {
		name        string
		first       http.HandlerFunc
		read, write bool // repeated
	}{
		{"throttled", no(400, "ProvisionedThroughputExceededException"), true, true},
		{"conflict", no(400, "TransactionConflictException"), true, true},
		{"5xx", no(500, "InternalServerError"), true, false},
		{"throttled with a 5xx", no(503, "ThrottlingException"), true, false},
		{"in progress", no(400, "TransactionInProgressException"), true, false},
		{"timed out", late, true, false},
		{"cut", cut, true, false},
		{"damaged", damage, true, false},
		{"condition", no(400, ConditionFailed), false, false},
		{"validation", no(400, "ValidationException"), false, false},
		{"denied", no(400, "AccessDeniedException"), false, false},
		{"a wrong clock", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
			refuse(w, 400, "InvalidSignatureException")
		}, true, true},
		{"a wrong key", no(400, "InvalidSignatureException"), false, false},
	}
	for _, tt := range tests {
		for action, want := range map[string]bool{
			"GetItem": tt.read, "Query": tt.read,
			"UpdateItem": tt.write, "PutItem": tt.write, "DeleteItem": tt.write, "TransactWriteItems": tt.write,
		} {
			t.Run(tt.name+"/"+action, func(t *testing.T) {
				t.Parallel()
				var calls atomic.Int32
				s := stub(t, func(w http.ResponseWriter, r *http.Request) {
					if calls.Add(1) == 1 {
						tt.first(w, r)
						return
					}
					reply(w, 200, "{}")
				})
				cfg := Config{Endpoint: s.URL}
				if tt.name == "timed out" {
					cfg.AttemptTimeout = time.Second
				}
				c := client(t, cfg)
				_, err := c.Do(t.Context(), action, []byte(request))
				if got := calls.Load() > 1; got != want || want != (err == nil) {
					t.Fatalf("%d calls, %v", calls.Load(), err)
				}
			})
		}
	}
}

func TestAWriteThatFoundNoConnectionIsRepeated(t *testing.T) {
	var calls atomic.Int32
	through := roundTrip(func(r *http.Request) (*http.Response, error) {
		if calls.Add(1) == 1 {
			return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
		}
		return inMemory(r, answer), nil
	})
	if _, err := client(t, Config{HTTP: through}).Do(t.Context(), "UpdateItem", []byte(request)); err != nil {
		t.Fatal(err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func inMemory(r *http.Request, body string) *http.Response {
	return &http.Response{
		StatusCode: 200, Header: http.Header{}, ContentLength: int64(len(body)),
		Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}
}

func TestARoundTripperStandsForTheNetwork(t *testing.T) {
	c := client(t, Config{HTTP: roundTrip(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != request {
			t.Errorf("%s, %v", body, err)
		}
		return inMemory(r, answer), nil
	})})
	if got, err := c.Do(t.Context(), "GetItem", []byte(request)); err != nil || string(got) != answer {
		t.Fatalf("%s, %v", got, err)
	}
	long := client(t, Config{HTTP: roundTrip(func(r *http.Request) (*http.Response, error) {
		resp := inMemory(r, answer)
		resp.ContentLength--
		return resp, nil
	})})
	if _, err := long.Do(t.Context(), "PutItem", []byte(request)); !errors.Is(err, ErrDamaged) {
		t.Fatalf("longer than announced: %v", err)
	}
}

func TestRetriesEndWithTheWholeTime(t *testing.T) {
	var calls atomic.Int32
	throttled := roundTrip(func(r *http.Request) (*http.Response, error) {
		calls.Add(1)
		resp := inMemory(r, `{"__type":"ThrottlingException"}`)
		resp.StatusCode = 400
		return resp, nil
	})
	c := client(t, Config{HTTP: throttled, Timeout: 100 * time.Millisecond, MaxAttempts: 50, Backoff: 80 * time.Millisecond})
	start := time.Now()
	_, err := c.Do(t.Context(), "GetItem", []byte(request))
	var up *fault.Upstream
	if !errors.Is(err, ErrTimeout) || !errors.As(err, &up) || Fault(err).Kind != fault.Unavailable {
		t.Errorf("%v", err)
	}
	if time.Since(start) > 10*time.Second || calls.Load() > 49 {
		t.Errorf("%d calls in %v", calls.Load(), time.Since(start))
	}
}

func TestACallerThatLeftIsNotServed(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := stub(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	if _, err := client(t, Config{Endpoint: s.URL}).Do(ctx, "GetItem", []byte(request)); !errors.Is(err, ErrCanceled) {
		t.Fatal(err)
	}
}

// A connection that gave a damaged answer is closed, even though its body was
// read to the end and net/http would use it again.
func TestASuspectConnectionIsNotUsedAgain(t *testing.T) {
	var calls atomic.Int32
	var mu sync.Mutex
	peers := map[string]int{}
	s := stub(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		peers[r.RemoteAddr]++
		mu.Unlock()
		if calls.Add(1) == 2 {
			w.Header().Set("X-Amz-Crc32", "1")
		}
		_, _ = io.WriteString(w, "{}")
	})
	c := client(t, Config{Endpoint: s.URL, MaxAttempts: 1})
	for range 4 {
		_, _ = c.Do(t.Context(), "GetItem", []byte(request))
	}
	if len(peers) != 2 {
		t.Fatalf("%d connections, want 2: %v", len(peers), peers)
	}
	c.Reset()
	_, _ = c.Do(t.Context(), "GetItem", []byte(request))
	if len(peers) != 3 {
		t.Fatal("Reset kept a connection")
	}
}

func TestAnswersAreNotMixedUpUnderLoad(t *testing.T) {
	s := stub(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if len(body)%7 == 0 {
			refuse(w, 400, "ThrottlingException")
			return
		}
		reply(w, 200, string(body))
	})
	c := client(t, Config{Endpoint: s.URL, MaxAttempts: 1})
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for j := range 30 {
				body := fmt.Sprintf(`{"caller":"%d-%d%s"}`, i, j, strings.Repeat("x", j))
				got, err := c.Do(t.Context(), "GetItem", []byte(body))
				if (err != nil) != (len(body)%7 == 0) || (err == nil && string(got) != body) {
					t.Errorf("asked %s, got %s, %v", body, got, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	keys := dummyCredentials
	tests := []struct {
		name string
		cfg  Config
		ok   bool
	}{
		{"nothing", Config{}, false},
		{"no credentials", Config{AWS: aws.Config{Region: "eu-west-1"}}, false},
		{"no region", Config{AWS: aws.Config{Credentials: keys}}, false},
		{"both", Config{AWS: aws.Config{Region: "eu-west-1", Credentials: keys}}, true},
		{"loopback needs neither", Config{Endpoint: "http://127.0.0.1:8000"}, true},
		{"localhost", Config{Endpoint: "http://localhost:8000/"}, true},
		{"IPv6 loopback", Config{Endpoint: "http://[::1]:8000"}, true},
		{"another machine", Config{Endpoint: "http://10.0.0.1:8000"}, false},
		{"a name that only begins so", Config{Endpoint: "http://127.0.0.1.example.com"}, false},
		{"no scheme", Config{Endpoint: "127.0.0.1:8000"}, false},
		{"another scheme", Config{Endpoint: "ftp://127.0.0.1"}, false},
		{"a path", Config{Endpoint: "http://127.0.0.1/x"}, false},
		{"a password", Config{Endpoint: "http://u:" + canary + "@127.0.0.1"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := New(tt.cfg)
			if tt.ok != (err == nil) || (err != nil && strings.Contains(err.Error(), canary)) {
				t.Fatal(err)
			}
		})
	}
}

func TestTLSIsSpokenAndItsConnectionWatched(t *testing.T) {
	var extra atomic.Bool
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !extra.Load() {
			reply(w, 200, answer)
			return
		}
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"+canary)
			_ = conn.Close()
		}
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	untrusting := client(t, Config{Endpoint: s.URL})
	if _, err := untrusting.Do(t.Context(), "GetItem", []byte(request)); !errors.Is(err, ErrCut) || !isCertificate(err) {
		t.Fatalf("a certificate of nobody: %v", err)
	}
	roots := s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	given := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.TLSClientConfig.RootCAs = roots
	})
	c := client(t, Config{Endpoint: s.URL, AWS: aws.Config{HTTPClient: given}})
	if got, err := c.Do(t.Context(), "GetItem", []byte(request)); err != nil || string(got) != answer {
		t.Fatalf("%s, %v", got, err)
	}
	extra.Store(true)
	if _, err := c.Do(t.Context(), "GetItem", []byte(request)); !errors.Is(err, ErrDamaged) {
		t.Fatalf("extra bytes: %v", err)
	}
}

func TestTablesAreMappedByName(t *testing.T) {
	c := client(t, Config{Endpoint: "http://127.0.0.1:1", Tables: map[string]string{"UserProfiles": "prod-user-profiles"}})
	if c.Table("UserProfiles") != "prod-user-profiles" || c.Table("app") != "app" {
		t.Fatal("mapped wrongly")
	}
}

// The same answers through the SDK's own typed call, for comparison.
func BenchmarkQuery(b *testing.B) {
	attributes := `{"PK":{"S":"alice"}`
	for i := range 12 {
		attributes += fmt.Sprintf(`,"attribute%d":{"S":"%s"}`, i, strings.Repeat("v", 60))
	}
	attributes += `}`
	for _, items := range []int{1, 100} {
		body := fmt.Sprintf(`{"Count":%d,"ScannedCount":%d,"Items":[%s]}`, items, items, strings.Repeat(attributes+",", items-1)+attributes)
		s := stub(b, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			reply(w, 200, body)
		})
		c := client(b, Config{Endpoint: s.URL})
		plain := dynamodb.NewFromConfig(awsKeys(), func(o *dynamodb.Options) { o.BaseEndpoint = aws.String(s.URL) })
		b.Run(fmt.Sprintf("Do/%d", items), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Do(b.Context(), "Query", []byte(request)); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("SDK/%d", items), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := plain.Query(b.Context(), &dynamodb.QueryInput{
					TableName: aws.String("t"), KeyConditionExpression: aws.String("PK = :pk"),
					ExpressionAttributeValues: map[string]types.AttributeValue{":pk": &types.AttributeValueMemberS{Value: "alice"}},
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func FuzzAnErrorAnswerIsReadWithoutTrust(f *testing.F) {
	f.Add(400, "", []byte(`{"__type":"a#ValidationException","message":"m"}`))
	f.Add(500, "X:http://y", []byte("<html>"))
	f.Add(400, "a b", []byte(`{"__type":{},"Message":1}`))
	f.Fuzz(func(t *testing.T, status int, header string, body []byte) {
		resp := &http.Response{StatusCode: status, Header: http.Header{"X-Amzn-Errortype": {header}, "X-Amzn-Requestid": {header}}}
		up := upstream(resp, body)
		if up.Code == "" || len(up.Code) > 100 || strings.ContainsAny(up.Code+up.RequestID, " \n\r\"'{}<>") || len(up.Message) > 3<<10 {
			t.Fatalf("%+v", up)
		}
		if Fault(up) == nil {
			t.Fatal("no fault")
		}
	})
}
