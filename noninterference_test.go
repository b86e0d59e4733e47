package discreet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet"
)

// Two worlds that differ only in what a principal may not see answer the same
// requests of that principal with the same bytes (docs/leak-ledger.md).
//
// -rapid.checks=5000 looks longer, -rapid.seed makes a failure again.
func TestNoninterference(t *testing.T) {
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		_ = checks.Value.Set("40") // of each of the scenarios
		t.Cleanup(func() { _ = checks.Value.Set(checks.DefValue) })
	}
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			c := contractOf(t, s.contract)
			rapid.Check(t, func(t *rapid.T) { s.check(t, c) })
		})
	}
}

// object is an item, or an attribute value, in DynamoDB JSON.
type object = map[string]any

// scenario is a contract, a principal, and what the principal may see of it.
type scenario struct {
	name      string
	contract  string // a file of examples/, or the vectors that have it
	principal *discreet.Principal
	seen      func(*rapid.T) map[string][]object // by table; keys, and what the principal sees
	hide      func(*rapid.T, string, object)     // adds to one of them what the principal does not see
	others    func(*rapid.T) map[string][]object // the principal sees nothing of them
	requests  []string                           // with {name} for one of the words of that name
	words     map[string][]string
	queries   []string // "/path?query", for the route of that path
	bodies    []string // "/path {...}", likewise
}

// The marks of values: neither stands in a log, and what is hidden nowhere.
const (
	seenMark   = "seen-"
	hiddenMark = "CANARY"
	hiddenDigs = "987654321"
)

func (s *scenario) check(t *rapid.T, c *discreet.Contract) {
	seen := s.seen(t)
	worlds := []*world{s.world(t, c, seen), s.world(t, c, seen)}
	for range rapid.IntRange(1, 12).Draw(t, "requests") {
		r := s.request(t)
		var answers []answer
		for _, w := range worlds {
			answers = append(answers, w.ask(r))
		}
		if a, b := answers[0], answers[1]; a.text != b.text {
			t.Fatalf("%s\ntells the worlds apart:\n%s\n---\n%s\nlogs:\n%s\n---\n%s", r, a.text, b.text, worlds[0].log, worlds[1].log)
		}
		for i, w := range worlds {
			if holds(answers[i].text, hiddenMark, hiddenDigs) {
				t.Fatalf("%s\nshows what is hidden:\n%s", r, answers[i].text)
			}
			if log := w.log.String(); holds(log, hiddenMark, hiddenDigs, seenMark) {
				t.Fatalf("%s\nleaves a value in the log:\n%s", r, log)
			}
		}
	}
}

func holds(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// world is a handler over a store of its own.
type world struct {
	handler   *discreet.Handler
	store     *unreliable
	log       *locked
	principal *discreet.Principal
	next, tag string // of the last answers that had them
}

func (s *scenario) world(t *rapid.T, c *discreet.Contract, seen map[string][]object) *world {
	items := map[string][]object{}
	for _, table := range slices.Sorted(maps.Keys(seen)) {
		for _, it := range seen[table] {
			it = clone(it)
			s.hide(t, table, it)
			items[table] = append(items[table], it)
		}
	}
	for table, list := range s.others(t) {
		items[table] = append(items[table], list...)
	}
	maps.DeleteFunc(items, func(_ string, list []object) bool { return len(list) == 0 })
	text, err := json.Marshal(items)
	if err != nil {
		t.Fatal(err)
	}
	store, err := discreet.Embedded(context.Background(), c, bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	w := &world{store: &unreliable{Store: store}, log: &locked{}, principal: s.principal}
	ids := 0
	w.handler, err = discreet.NewHandler(discreet.Config{
		Contract: c, Store: w.store, Log: w.log, Key: strings.Repeat("5a", 32), Identify: givenPrincipal,
		Clock: func() time.Time { return time.Unix(theTime, 0) },
		NewID: func() string { ids++; return fmt.Sprintf("%s%026d", seenMark, ids) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

const theTime = 1893456000 // seconds, 2030-01-01

func clone(it object) object {
	text, err := json.Marshal(it)
	if err != nil {
		panic(err)
	}
	out := object{}
	if err := json.Unmarshal(text, &out); err != nil {
		panic(err)
	}
	return out
}

// request is the same in both worlds, but for the cursor that each gave.
type request struct {
	method, target, body string
	headers              map[string]string
	next                 bool // ask for the next page of the last list instead
	ifMatch, ifNone      bool // with the last entity tag
	fails                failure
}

func (r request) String() string {
	return fmt.Sprintf("%s %s %v next:%v match:%v none:%v fails:%+v %q", r.method, r.target, r.headers, r.next, r.ifMatch, r.ifNone, r.fails, r.body)
}

func (s *scenario) request(t *rapid.T) request {
	r := request{headers: map[string]string{"Content-Type": "application/json"}}
	odd := func(name string, one int) bool { return rapid.IntRange(0, one).Draw(t, name) == one }
	either := func(name string, one int, bad, good []string) string {
		if len(good) == 0 || odd("bad "+name, one) {
			good = bad
		}
		return rapid.SampledFrom(good).Draw(t, name)
	}
	r.method, r.target, _ = strings.Cut(rapid.SampledFrom(s.requests).Draw(t, "route"), " ")
	queries, bodies := of(s.queries, r.target+"?"), of(s.bodies, r.target+" ")
	for _, name := range slices.Sorted(maps.Keys(s.words)) {
		words := s.words[name]
		if strings.Contains(r.target, "{"+name+"}") {
			bad := []string{"%2F", "%00", "..", "a%20b", "nobody", "%ff"}
			r.target = strings.ReplaceAll(r.target, "{"+name+"}", either(name, 12, bad, words))
		}
	}
	if odd("method", 20) {
		r.method = rapid.SampledFrom([]string{"HEAD", "POST", "DELETE", "OPTIONS", "TRACE"}).Draw(t, "other method")
	}
	if r.method == http.MethodGet && rapid.Bool().Draw(t, "query") {
		bad := []string{"limit=0", "cursor=abc", "x=1", "limit=1&limit=1", "%ff=1"}
		r.target += "?" + either("parameter", 10, bad, append([]string{"limit=2"}, queries...))
	}
	if r.method == http.MethodPatch || r.method == http.MethodPost || r.method == http.MethodPut {
		bad := []string{"", "[]", `{"a":1,"a":2}`, `{"ssn":"x"}`, `{"version":1}`, "{", "\xff"}
		r.body = either("body", 8, bad, append([]string{"{}"}, bodies...))
		r.ifMatch = odd("If-Match", 3)
		if odd("minimal", 6) {
			r.headers["Prefer"] = "return=minimal"
		}
	}
	if r.method == http.MethodDelete {
		r.ifMatch = odd("If-Match", 2)
	}
	r.next = r.method == http.MethodGet && odd("next", 3)
	r.ifNone = r.method == http.MethodGet && odd("If-None-Match", 6)
	if odd("header", 12) {
		h := rapid.SampledFrom([]string{"Accept: text/html", "Content-Type: text/plain", "If-Match: \"x\"", "If-Match: *", "Origin: null", "Content-Encoding: gzip"}).Draw(t, "other header")
		name, value, _ := strings.Cut(h, ": ")
		r.headers[name] = value
	}
	if odd("fails", 4) {
		r.fails = failure{
			action: rapid.SampledFrom([]string{"", "GetItem", "Query", "UpdateItem", "PutItem", "DeleteItem"}).Draw(t, "fails at"),
			how:    rapid.SampledFrom(slices.Sorted(maps.Keys(failures))).Draw(t, "fails how"),
			done:   rapid.Bool().Draw(t, "after it was done"),
		}
	}
	return r
}

// of are the ends of those of the words that begin so.
func of(words []string, begin string) []string {
	var out []string
	for _, w := range words {
		if end, ok := strings.CutPrefix(w, begin); ok {
			out = append(out, end)
		}
	}
	return out
}

// answer is what came back, without what is random in each.
type answer struct{ text string }

var cursorPart = regexp.MustCompile(`cursor=([^>&]*)`)

func (w *world) ask(r request) answer {
	target := r.target
	if r.next && w.next != "" {
		target = w.next
	}
	w.store.fails, w.store.calls = r.fails, 0
	req := httptest.NewRequest(r.method, "/", strings.NewReader(r.body))
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return answer{"no target"}
	}
	req.URL, req.RequestURI = u, target
	for name, value := range r.headers {
		req.Header.Set(name, value)
	}
	if r.ifMatch && w.tag != "" {
		req.Header.Set("If-Match", w.tag)
	}
	if r.ifNone && w.tag != "" {
		req.Header.Set("If-None-Match", w.tag)
	}
	if w.principal != nil {
		req = req.WithContext(context.WithValue(req.Context(), principalKey{}, *w.principal))
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, req)

	h := rec.Header().Clone()
	if tag := h.Get("ETag"); tag != "" {
		w.tag = tag
	}
	link := h.Get("Link")
	if target, _, ok := strings.Cut(strings.TrimPrefix(link, "<"), ">;"); ok {
		w.next = target
	}
	h.Set("Link", cursorPart.ReplaceAllStringFunc(link, func(c string) string { return fmt.Sprintf("cursor of %d", len(c)) }))
	id := h.Get("X-Request-Id")
	h.Del("X-Request-Id")
	return answer{fmt.Sprint(rec.Code, h, strings.ReplaceAll(rec.Body.String(), id, "ID"))}
}

// failure is what a request's calls of the store meet.
type failure struct {
	action string // of the calls that fail; "": the first call
	how    string // "": none fails
	done   bool   // what was asked is done, and the answer lost
}

type unreliable struct {
	discreet.Store
	fails failure
	calls int
}

var failures = map[string]func(answer []byte) ([]byte, error){
	"dead": func([]byte) ([]byte, error) { return nil, errors.New("connection refused") },
	"throttled": func([]byte) ([]byte, error) {
		return nil, &discreet.StoreError{Status: 400, Code: "ThrottlingException", Message: `"` + hiddenMark + `"`}
	},
	"refused": func([]byte) ([]byte, error) {
		return nil, &discreet.StoreError{Status: 400, Code: "ValidationException", Message: `One or more parameter values were invalid: Invalid attribute value {"S":"` + hiddenMark + `"}`}
	},
	"broken": func([]byte) ([]byte, error) {
		return nil, &discreet.StoreError{Status: 500, Code: "InternalServerError"}
	},
	"cut":   func(a []byte) ([]byte, error) { return a[:len(a)/2], nil },
	"empty": func([]byte) ([]byte, error) { return nil, nil },
	"another": func([]byte) ([]byte, error) {
		return []byte(`{"Item":{"x":{"S":"` + hiddenMark + `"}},"Items":[{"x":{"S":"` + hiddenMark + `"}}]}`), nil
	},
	"junk": func([]byte) ([]byte, error) { return []byte(`"` + hiddenMark + `"`), nil },
}

func (u *unreliable) Do(ctx context.Context, action string, body []byte) ([]byte, error) {
	u.calls++
	f := u.fails
	fails := f.how != "" && (f.action == action || f.action == "" && u.calls == 1)
	if fails && !f.done {
		return failures[f.how]([]byte("{}"))
	}
	answer, err := u.Store.Do(ctx, action, body)
	if fails { // the answer is lost, a refusal like any other
		return failures[f.how](answer)
	}
	return answer, err // as an own store gives it
}

func contractOf(t *testing.T, file string) *discreet.Contract {
	t.Helper()
	if strings.HasPrefix(file, "conformance/") {
		source, _ := readVector(t, file).Contract.(string)
		return parsed(t, source)
	}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, string(source))
}

// What follows makes values.

func text1(s string) object        { return object{"S": s} }
func number1(s string) object      { return object{"N": s} }
func map1(members object) object   { return object{"M": members} }
func list1(elements ...any) object { return object{"L": elements} }

func seenText(t *rapid.T, name string) object {
	return text1(seenMark + rapid.SampledFrom([]string{"a", "b", "é", "\"<>&", strings.Repeat("long", 30)}).Draw(t, name))
}

func seenNumber(t *rapid.T, name string) object {
	return number1(rapid.SampledFrom([]string{"0", "1", "-2.5", "1e3", "99999999999999999999999999999999999999"}).Draw(t, name))
}

// hiddenValue is of any type and length.
func hiddenValue(t *rapid.T, name string) object {
	s := hiddenMark + rapid.SampledFrom([]string{"", "x", strings.Repeat("y", 200)}).Draw(t, name)
	return rapid.SampledFrom([]object{
		text1(s), number1(hiddenDigs + "1"), map1(object{s: text1(s)}), list1(text1(s), number1(hiddenDigs)),
		{"SS": []string{s + "1", hiddenMark}},
		{"BOOL": true},
		{"BOOL": false},
		{"NULL": true},
		{"B": "Q0FOQVJZ"},
	}).Draw(t, name+" value")
}

// maybe gives an attribute of the item a value, or leaves it out.
func maybe(t *rapid.T, it object, name string, value func(*rapid.T, string) object) {
	if rapid.Bool().Draw(t, "has "+name) {
		it[name] = value(t, name)
	}
}

func hidden(t *rapid.T, it object, names ...string) {
	for _, name := range names {
		maybe(t, it, name, hiddenValue)
	}
}

// some draws a part of the words.
func some(t *rapid.T, label string, words ...string) []string {
	return rapid.SliceOfDistinct(rapid.SampledFrom(words), rapid.ID).Draw(t, label)
}
