package discreet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/discreet-dev/discreet"
)

// liar is a store whose answers are what a test says. It counts what it is told
// to forget.
type liar struct {
	do     func(ctx context.Context, action string, body []byte) ([]byte, error)
	calls  int
	resets int
}

func (l *liar) Do(ctx context.Context, action string, body []byte) ([]byte, error) {
	l.calls++
	return l.do(ctx, action, body)
}

func (l *liar) Reset() { l.resets++ }

// always answers with the same text.
func always(text string) func(context.Context, string, []byte) ([]byte, error) {
	return func(context.Context, string, []byte) ([]byte, error) { return []byte(text), nil }
}

func failing(err error) func(context.Context, string, []byte) ([]byte, error) {
	return func(context.Context, string, []byte) ([]byte, error) { return nil, err }
}

const faultContract = `
contract: 1
identity:
  - header: { id: X-User-Id, roles: X-User-Roles, from: [loopback] }
tables:
  notes:
    partition_key: owner
    sort_key: id
    version: v
    ttl: ends
    indexes: { by_day: { partition_key: owner2, sort_key: day } }
    attributes:
      owner: S personal
      id: S ordinary
      owner2: S personal
      day: S ordinary
      text: S ordinary
      tags: { type: M, class: ordinary, open: true }
      secret: S secret
views:
  mine: { of: notes, scope: { owner: principal.id }, show: [id, day, text, tags], write: [text, tags] }
  days: { of: notes, scope: { owner2: principal.id }, show: [id, day, text], fresh: true }
routes:
  GET /notes: { list: mine, page: { max: 100 } }
  GET /notes/{id}: { get: mine }
  PUT /notes/{id}: { create: mine }
  PATCH /notes/{id}: { update: mine }
  DELETE /notes/{id}: { delete: mine }
  GET /days: { list: days, index: by_day, page: { max: 100 } }
`

func parsed(t testing.TB, source string) *discreet.Contract {
	t.Helper()
	c, err := discreet.Parse("test.yaml", []byte(strings.ReplaceAll(source, "\t", "  ")))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// locked is a log that requests may write at once.
type locked struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func handlerOver(t testing.TB, source string, s discreet.Store) (*discreet.Handler, *locked) {
	t.Helper()
	log := &locked{}
	h, err := discreet.NewHandler(discreet.Config{
		Contract: parsed(t, source), Store: s, Log: log, Key: strings.Repeat("ab", 32),
		Clock: func() time.Time { return time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h, log
}

// ask sends `METHOD target`, with a body for those that take one.
func ask(h http.Handler, request, body string) *httptest.ResponseRecorder {
	method, target, _ := strings.Cut(request, " ")
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:40000"
	r.Header.Set("X-User-Id", "ann")
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

var faultRequests = []string{"GET /notes", "GET /notes/1", "PUT /notes/1", "PATCH /notes/1", "DELETE /notes/1", "GET /days"}

// assertRefused holds an answer to one of the few texts that there are, and to
// the one log line with its cause.
func assertRefused(t *testing.T, w *httptest.ResponseRecorder, log, wantError string, status int, cause string) {
	t.Helper()
	id := w.Header().Get("X-Request-Id")
	want := fmt.Sprintf("{\"error\":%q,\"request_id\":%q}\n", wantError, id)
	if w.Code != status || w.Body.String() != want {
		t.Errorf("%d %s, want %d %s", w.Code, w.Body, status, want)
	}
	if retry := w.Header().Get("Retry-After"); (status == http.StatusServiceUnavailable) != (retry == "1") {
		t.Errorf("Retry-After: %q with %d", retry, status)
	}
	for _, text := range []string{w.Body.String(), fmt.Sprint(w.Header()), log} {
		if strings.Contains(text, "CANARY") {
			t.Errorf("a canary stands in %s", text)
		}
	}
	found := false
	for line := range strings.Lines(log) {
		found = found || strings.Contains(line, id) && strings.Contains(line, cause)
	}
	if !found {
		t.Errorf("no log line has %q under the request's id:\n%s", cause, log)
	}
}

func TestAStoreThatFailsIsToldInFewWords(t *testing.T) {
	upstream := func(status int, code, message string) error {
		return &discreet.StoreError{Status: status, Code: code, Message: message, RequestID: "UPSTREAM"}
	}
	for _, c := range []struct {
		name   string
		err    error
		status int
		text   string
		cause  string
	}{
		{"dead", errors.New("connection refused"), 503, "request failed", "connection refused"},
		{"timed out", context.DeadlineExceeded, 503, "request failed", "deadline exceeded"},
		{"throttled", upstream(400, "ProvisionedThroughputExceededException", "slow down"), 503, "request failed", "ProvisionedThroughputExceeded"},
		{"of an own fault", upstream(500, "InternalServerError", "oops"), 503, "request failed", "InternalServerError"},
		{"overloaded", upstream(503, "ServiceUnavailable", ""), 503, "request failed", "ServiceUnavailable"},
		{"in a transaction", upstream(400, "TransactionConflictException", "x"), 503, "request failed", "TransactionConflict"},
		{
			"without the right", upstream(400, "AccessDeniedException", `User: arn:aws:sts::123456789012:assumed-role/app/i-1 is not authorized to perform: dynamodb:Query on resource: arn:aws:dynamodb:eu-central-1:123456789012:table/notes because no identity-based policy allows the action`),
			500, "request failed", "AccessDeniedException",
		},
		{"refusing with a value", upstream(400, "ValidationException", `One or more parameter values were invalid: Invalid value "CANARY-1" in {"S":"CANARY-2"}`), 500, "request failed", "ValidationException"},
		{"refusing with an item", upstream(400, "ValidationException", `The provided key element does not match the schema: {secret={S: CANARY-3}}`), 500, "request failed", "ValidationException"},
		{"refusing with a number", upstream(400, "ValidationException", `The parameter cannot be converted to a numeric value: CANARY-4`), 500, "request failed", "ValidationException"},
		{"refusing without a table", upstream(400, "ResourceNotFoundException", "Requested resource not found: Table: notes not found"), 500, "request failed", "ResourceNotFound"},
	} {
		for _, request := range faultRequests {
			t.Run(c.name+"/"+request, func(t *testing.T) {
				s := &liar{do: failing(c.err)}
				h, log := handlerOver(t, faultContract, s)
				w := ask(h, request, `{"text":"x"}`)
				assertRefused(t, w, log.String(), c.text, c.status, c.cause)
				if strings.Contains(w.Body.String()+fmt.Sprint(w.Header()), "arn:") || strings.Contains(fmt.Sprint(w.Header()), "UPSTREAM") {
					t.Errorf("the store's words: %v %s", w.Header(), w.Body)
				}
				if s.calls != 1 {
					t.Errorf("%d calls", s.calls)
				}
			})
		}
	}
}

func TestAnAnswerThatIsNotToTheQuestionIsNotAnswered(t *testing.T) {
	const good = `{"owner":{"S":"ann"},"id":{"S":"1"},"owner2":{"S":"ann"},"day":{"S":"d"},"text":{"S":"CANARY-own"}}`
	deep := `{"owner":{"S":"ann"},"id":{"S":"1"},"tags":` + strings.Repeat(`{"M":{"CANARY":`, 200) + `{"NULL":true}` + strings.Repeat("}}", 200) + "}"
	for _, c := range []struct{ name, item string }{
		{"another owner's", `{"owner":{"S":"CANARY-ben"},"id":{"S":"1"},"owner2":{"S":"CANARY-ben"},"day":{"S":"d"},"text":{"S":"CANARY"}}`},
		{"an owner of another type", `{"owner":{"B":"YW5u"},"id":{"S":"1"},"owner2":{"B":"YW5u"},"text":{"S":"CANARY"}}`},
		{"without a key", `{"text":{"S":"CANARY"}}`},
		{"a list", `["CANARY"]`},
		{"a string", `"CANARY"`},
		{"an attribute twice", `{"owner":{"S":"ann"},"id":{"S":"1"},"owner2":{"S":"ann"},"owner":{"S":"CANARY-ben"}}`},
		{"nested too deep", deep},
		{"cut off", `{"owner":{"S":"ann"},"id":{"S":"CANARY`},
		{"a bare word", `CANARY`},
	} {
		answers := map[string]string{
			"GET /notes":   `{"Items":[` + good + `,` + c.item + `],"Count":2,"ScannedCount":2}`,
			"GET /notes/1": `{"Item":` + c.item + `}`,
			"GET /days":    `{"Items":[` + good + `,` + c.item + `],"Count":2,"ScannedCount":2}`,
		}
		for _, request := range []string{"GET /notes", "GET /notes/1", "GET /days"} {
			t.Run(c.name+"/"+request, func(t *testing.T) {
				s := &liar{do: always(answers[request])}
				h, log := handlerOver(t, faultContract, s)
				assertRefused(t, ask(h, request, ""), log.String(), "internal server error", 500, "cause")
				if s.resets != 1 {
					t.Errorf("the store was told %d times to give up its connections", s.resets)
				}
			})
		}
	}
}

func TestAnotherItemThanTheOneAskedForIsNotShown(t *testing.T) {
	s := &liar{do: always(`{"Item":{"owner":{"S":"ann"},"id":{"S":"2"},"text":{"S":"CANARY"}}}`)}
	h, log := handlerOver(t, faultContract, s)
	assertRefused(t, ask(h, "GET /notes/1", ""), log.String(), "internal server error", 500, "not to what was asked")
	if s.resets != 1 {
		t.Error("the connections that may have crossed are kept")
	}
}

func TestWrongShapesOfAnswersAreNotAnswered(t *testing.T) {
	for _, answer := range []string{
		"", "null", "[]", `"CANARY"`, "{", `{"Items":{}}`, `{"Items":"CANARY"}`, `{"Items":[],"Items":[]}`, `{"Items":[]}{"Items":["CANARY"]}`,
		`{"Items":[],"LastEvaluatedKey":"CANARY"}`, `{"Items":[],"LastEvaluatedKey":{"owner":{"S":"CANARY-ben"},"id":{"S":"1"}}}`,
		`{"Items":[],"ScannedCount":"CANARY"}`, `{"Items":[],"ScannedCount":-1}`, "\xff\xfe", `{"Items":[null]}`, "{\"Items\":[\x00]}",
	} {
		t.Run(answer, func(t *testing.T) {
			s := &liar{do: always(answer)}
			h, log := handlerOver(t, faultContract, s)
			assertRefused(t, ask(h, "GET /notes", ""), log.String(), "internal server error", 500, "cause")
			if s.resets != 1 {
				t.Errorf("%d resets", s.resets)
			}
		})
	}
}

func TestAttributesThatWereNotAskedForAreDropped(t *testing.T) {
	extra := `,"secret":{"S":"CANARY"},"surprise":{"M":{"x":{"S":"CANARY"}}},"text":{"M":{"S":{"S":"CANARY"}}},"tags":{"S":"CANARY","M":{}},"day":{"CANARY":"x"}}`
	row := `{"owner":{"S":"ann"},"id":{"S":"1"}` + extra
	s := &liar{do: func(_ context.Context, action string, _ []byte) ([]byte, error) {
		if action == "GetItem" {
			return []byte(`{"Item":` + row + `,"ConsumedCapacity":{"TableName":"CANARY"}}`), nil
		}
		return []byte(`{"Items":[` + row + `],"Count":1,"ScannedCount":1}`), nil
	}}
	h, log := handlerOver(t, faultContract, s)
	for request, want := range map[string]string{"GET /notes/1": `{"id":"1"}`, "GET /notes": `[{"id":"1"}]`} {
		if got := ask(h, request, "").Body.String(); got != want {
			t.Errorf("%s: %s, want %s", request, got, want)
		}
	}
	if strings.Contains(log.String(), "CANARY") {
		t.Error(log)
	}
	if !strings.Contains(log.String(), `"attribute":"text","count":1`) {
		t.Errorf("what is mistyped is not counted by its name: %s", log)
	}
}

func TestAStoreThatAnswersWithEmptyPagesIsNotAskedForEver(t *testing.T) {
	n := 0
	s := &liar{do: func(context.Context, string, []byte) ([]byte, error) {
		n++
		return fmt.Appendf(nil, `{"Items":[],"ScannedCount":0,"LastEvaluatedKey":{"owner":{"S":"ann"},"id":{"S":"%d"}}}`, n), nil
	}}
	h, _ := handlerOver(t, faultContract, s)
	w := ask(h, "GET /notes", "")
	if w.Code != 200 || w.Body.String() != "[]" || !strings.Contains(w.Header().Get("Link"), "cursor=") {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
	if s.calls != 100 {
		t.Errorf("%d calls", s.calls)
	}
}

func TestAPageThatEndsWhereItBeganIsNoPage(t *testing.T) {
	s := &liar{do: always(`{"Items":[],"ScannedCount":0,"LastEvaluatedKey":{"owner":{"S":"ann"},"id":{"S":"1"}}}`)}
	h, log := handlerOver(t, faultContract, s)
	assertRefused(t, ask(h, "GET /notes", ""), log.String(), "internal server error", 500, "ends where it began")
	if s.calls != 2 || s.resets != 1 {
		t.Errorf("%d calls, %d resets", s.calls, s.resets)
	}
}

func TestKeysThatStayUnprocessedEndTheRequest(t *testing.T) {
	s := &liar{do: func(_ context.Context, action string, body []byte) ([]byte, error) {
		if action == "Query" {
			return []byte(`{"Items":[{"owner":{"S":"ann"},"id":{"S":"1"},"owner2":{"S":"ann"},"day":{"S":"d"}}],"ScannedCount":1}`), nil
		}
		var r struct{ RequestItems json.RawMessage }
		if err := json.Unmarshal(body, &r); err != nil {
			return nil, err
		}
		return []byte(`{"Responses":{},"UnprocessedKeys":` + string(r.RequestItems) + `}`), nil
	}}
	h, log := handlerOver(t, faultContract, s)
	assertRefused(t, ask(h, "GET /days", ""), log.String(), "request failed", 503, "unprocessed")
	if s.calls > 10 {
		t.Errorf("%d calls", s.calls)
	}
}

func TestAnItemReadAgainThatNoEntryNamedIsNotAnswered(t *testing.T) {
	s := &liar{do: func(_ context.Context, action string, _ []byte) ([]byte, error) {
		if action == "Query" {
			return []byte(`{"Items":[{"owner":{"S":"ann"},"id":{"S":"1"},"owner2":{"S":"ann"},"day":{"S":"d"}}],"ScannedCount":1}`), nil
		}
		return []byte(`{"Responses":{"notes":[{"owner":{"S":"ben"},"id":{"S":"1"},"owner2":{"S":"ann"},"day":{"S":"d"},"text":{"S":"CANARY"}}]}}`), nil
	}}
	h, log := handlerOver(t, faultContract, s)
	assertRefused(t, ask(h, "GET /days", ""), log.String(), "internal server error", 500, "not to what was asked")
	if s.resets != 1 {
		t.Error("the connections that may have crossed are kept")
	}
}

func TestAnIndexThatLagsShowsNothingThatIsGone(t *testing.T) {
	entry := `{"owner":{"S":"ann"},"id":{"S":"%s"},"owner2":{"S":"ann"},"day":{"S":"d"}}`
	s := &liar{do: func(_ context.Context, action string, _ []byte) ([]byte, error) {
		if action == "Query" {
			return []byte(`{"Items":[` + fmt.Sprintf(entry, "1") + `,` + fmt.Sprintf(entry, "2") + `,` + fmt.Sprintf(entry, "3") + `],"ScannedCount":3}`), nil
		}
		// 1 is gone, 2 has another owner by now, 3 is as it was.
		return []byte(`{"Responses":{"notes":[
			{"owner":{"S":"ann"},"id":{"S":"2"},"owner2":{"S":"ben"},"day":{"S":"d"},"text":{"S":"CANARY"}},
			{"owner":{"S":"ann"},"id":{"S":"3"},"owner2":{"S":"ann"},"day":{"S":"d"},"text":{"S":"as it is"}}]}}`), nil
	}}
	h, _ := handlerOver(t, faultContract, s)
	if got := ask(h, "GET /days", "").Body.String(); got != `[{"id":"3","day":"d","text":"as it is"}]` {
		t.Error(got)
	}
}

func TestAWriteThatIsDoneIsToldSoThoughItCannotBeReadAgain(t *testing.T) {
	s := &liar{do: func(_ context.Context, action string, _ []byte) ([]byte, error) {
		if action == "GetItem" {
			return nil, &discreet.StoreError{Status: 500, Code: "InternalServerError", Message: `"CANARY"`}
		}
		return []byte("{}"), nil
	}}
	h, log := handlerOver(t, faultContract, s)
	w := ask(h, "PATCH /notes/1", `{"text":"x"}`)
	if w.Code != http.StatusNoContent || w.Body.Len() != 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if text := log.String(); strings.Contains(text, "CANARY") || !strings.Contains(text, "not read again") {
		t.Error(text)
	}
}

func TestAPanicTellsNothing(t *testing.T) {
	s := &liar{do: func(context.Context, string, []byte) ([]byte, error) { panic("CANARY in a panic") }}
	h, log := handlerOver(t, faultContract, s)
	for _, request := range faultRequests {
		assertRefused(t, ask(h, request, `{"text":"x"}`), log.String(), "internal server error", 500, "panic")
	}
	if !strings.Contains(log.String(), "serve") {
		t.Errorf("nothing says where: %s", log)
	}
}

// fragile is a log that panics; net/http would write what it panics with.
type fragile struct{}

func (fragile) Write([]byte) (int, error) { panic("CANARY") }

func TestAPanicAfterTheAnswerCutsTheConnectionAndSaysNothing(t *testing.T) {
	h, err := discreet.NewHandler(discreet.Config{
		Contract: parsed(t, faultContract), Store: &liar{do: always(`{"Items":[]}`)}, Log: &locked{}, Audit: fragile{}, Key: strings.Repeat("ab", 32),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if p := recover(); p != http.ErrAbortHandler { //nolint:errorlint // the very value that net/http looks for
			t.Errorf("panics with %v", p)
		}
	}()
	ask(h, "GET /notes", "")
	t.Error("no panic reached the server")
}

func TestAClientThatIsGoneIsNoFaultOfOurs(t *testing.T) {
	ctx, gone := context.WithCancel(t.Context())
	s := &liar{do: func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
		gone()
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	h, log := handlerOver(t, faultContract, s)
	r := httptest.NewRequest("GET", "/notes", nil).WithContext(ctx)
	r.RemoteAddr = "127.0.0.1:40000"
	r.Header.Set("X-User-Id", "ann")
	h.ServeHTTP(httptest.NewRecorder(), r)
	if text := log.String(); !strings.Contains(text, `"status":499`) || strings.Contains(text, `"level":"ERROR"`) {
		t.Error(text)
	}
}

func TestARequestEndsInItsTime(t *testing.T) {
	s := &liar{do: func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	log := &locked{}
	h, err := discreet.NewHandler(discreet.Config{Contract: parsed(t, faultContract), Store: s, Log: log, Timeout: 20 * time.Millisecond, Key: strings.Repeat("ab", 32)})
	if err != nil {
		t.Fatal(err)
	}
	assertRefused(t, ask(h, "GET /notes", ""), log.String(), "request failed", 503, "deadline")
}

// answering is a store that has one note of ann's, 1, and counts its calls.
func answering(hasIt bool) *liar {
	const row = `{"owner":{"S":"ann"},"id":{"S":"1"},"text":{"S":"x"}}`
	return &liar{do: func(_ context.Context, action string, _ []byte) ([]byte, error) {
		switch {
		case action == "Query" && hasIt:
			return []byte(`{"Items":[` + row + `],"ScannedCount":1}`), nil
		case action == "Query":
			return []byte(`{"Items":[],"ScannedCount":0}`), nil
		case !hasIt && action != "GetItem":
			return nil, &discreet.StoreError{Status: 400, Code: "ConditionalCheckFailedException", Message: "The conditional request failed"}
		case hasIt && action == "GetItem":
			return []byte(`{"Item":` + row + `}`), nil
		}
		return []byte("{}"), nil
	}}
}

func TestWhatTheKeyRefusesIsRefusedWithoutACall(t *testing.T) {
	const others = `
contract: 1
identity:
  - header: { id: X-User-Id, roles: X-User-Roles, from: [loopback] }
tables:
  notes: { partition_key: owner, attributes: { owner: S personal, text: S ordinary } }
views:
  mine: { of: notes, scope: { owner: principal.id }, show: [text], write: [text] }
  staff: { of: notes, roles: [staff], scope: any, reason: a test, show: [text] }
routes:
  GET /notes/{owner}: { get: mine }
  PATCH /notes/{owner}: { update: mine }
  PUT /notes/{owner}: { create: mine }
  DELETE /notes/{owner}: { delete: mine }
  GET /staff/{owner}: { get: staff }
`
	for _, request := range []string{"GET /notes/ben", "PATCH /notes/ben", "PUT /notes/ben", "DELETE /notes/ben", "GET /staff/ben", "GET /staff/ann"} {
		var answers []string
		for _, hasIt := range []bool{true, false} {
			s := answering(hasIt)
			h, log := handlerOver(t, others, s)
			w := ask(h, request, `{"text":"x"}`)
			assertRefused(t, w, log.String(), "forbidden", http.StatusForbidden, "no view of")
			if s.calls != 0 {
				t.Errorf("%s: %d calls", request, s.calls)
			}
			answers = append(answers, fmt.Sprint(w.Code, len(w.Body.String())))
		}
		if answers[0] != answers[1] {
			t.Errorf("%s: %v", request, answers)
		}
	}
}

func TestAReadMakesAsManyCallsWhetherOrNotTheItemIsThere(t *testing.T) {
	for _, request := range []string{"GET /notes", "GET /notes/1", "DELETE /notes/1", "PUT /notes/1"} {
		there, absent := answering(true), answering(false)
		for _, s := range []*liar{there, absent} {
			h, _ := handlerOver(t, faultContract, s)
			ask(h, request, "{}")
		}
		if there.calls != absent.calls || there.calls == 0 {
			t.Errorf("%s: %d and %d calls", request, there.calls, absent.calls)
		}
	}
}

func TestAnswersAreNeitherStoredNorCompressed(t *testing.T) {
	for _, request := range []string{"GET /notes", "GET /notes/1", "GET /nowhere", "PATCH /notes/1", "DELETE /notes/1"} {
		h, _ := handlerOver(t, faultContract, answering(true))
		r := httptest.NewRequest("GET", "/", strings.NewReader(`{"text":"x"}`))
		method, path, _ := strings.Cut(request, " ")
		r.Method, r.URL.Path = method, path
		r.RemoteAddr = "127.0.0.1:40000"
		r.Header = http.Header{"X-User-Id": {"ann"}, "Content-Type": {"application/json"}, "Accept-Encoding": {"gzip, br"}}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		for name, want := range map[string]string{
			"Cache-Control": "private, no-store", "Vary": "X-User-Id, X-User-Roles, Accept", "Content-Encoding": "", "Server": "",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s: %q, want %q", request, name, got, want)
			}
		}
	}
}

func TestACreationOfWhatTheClientSawIsRefusedWithoutACall(t *testing.T) {
	for _, tag := range []string{"*", `"seen"`, `W/"seen"`} {
		s := &liar{do: failing(errors.New("called"))}
		h, log := handlerOver(t, faultContract, s)
		r := httptest.NewRequest(http.MethodPut, "/notes/1", strings.NewReader(`{"text":"x"}`))
		r.RemoteAddr = "127.0.0.1:40000"
		r.Header = http.Header{"X-User-Id": {"ann"}, "Content-Type": {"application/json"}, "If-Match": {tag}}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		assertRefused(t, w, log.String(), "precondition failed", http.StatusPreconditionFailed, "")
		if s.calls != 0 {
			t.Errorf("If-Match: %s: %d calls", tag, s.calls)
		}
	}
}
