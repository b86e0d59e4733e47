package discreet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/discreet-dev/discreet"
)

// vector is a file of conformance/http; conformance/README.md says what its
// fields mean.
type vector struct {
	Needs    string            `yaml:"needs"`
	Contract any               `yaml:"contract"`
	Items    any               `yaml:"items"`
	Now      string            `yaml:"now"`
	Steps    []step            `yaml:"steps"`
	Env      map[string]string `yaml:"env"`
	captured map[string]string // by name
	handler  http.Handler      // what answers
	log      bytes.Buffer
	seen     map[string]struct{} // request ids
}

type step struct {
	Name      string `yaml:"name"`
	Request   string `yaml:"request"`
	As        string `yaml:"as"`
	Roles     string `yaml:"roles"`
	Principal *struct {
		ID     string         `yaml:"id"`
		Roles  []string       `yaml:"roles"`
		Claims map[string]any `yaml:"claims"`
	} `yaml:"principal"`
	Headers map[string]string `yaml:"headers"`
	Body    any               `yaml:"body"`
	Raw     *string           `yaml:"raw"`
	Status  int               `yaml:"status"`
	JSON    any               `yaml:"json"`
	Text    *string           `yaml:"text"`
	Error   string            `yaml:"error"`
	Has     map[string]string `yaml:"has"`
	Lacks   []string          `yaml:"lacks"`
	Absent  []string          `yaml:"absent"`
	Capture map[string]string `yaml:"capture"`
}

// storeFor makes the store that a vector's steps are answered from.
type storeFor func(t *testing.T, c *discreet.Contract, source, items []byte) discreet.Store

func TestConformanceOnTheEmbeddedStore(t *testing.T) {
	runVectors(t, nil, func(t *testing.T, c *discreet.Contract, _, items []byte) discreet.Store {
		s, err := discreet.Embedded(t.Context(), c, bytes.NewReader(items))
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

// runVectors runs all vectors but those that need what the store lacks.
func runVectors(t *testing.T, lacks []string, store storeFor) {
	files, err := filepath.Glob("conformance/http/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			v := readVector(t, file)
			if slices.Contains(lacks, v.Needs) {
				t.Skipf("this engine has no %s", v.Needs)
			}
			v.open(t, file, store)
			for _, s := range v.Steps {
				if !t.Run(s.Name, func(t *testing.T) { v.run(t, s) }) && len(s.Capture) > 0 {
					t.Fatal("what later steps need was not captured")
				}
			}
		})
	}
}

func readVector(t *testing.T, file string) *vector {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	v := &vector{captured: map[string]string{}, seen: map[string]struct{}{}}
	if err := yaml.NewDecoder(bytes.NewReader(source), yaml.Strict()).Decode(v); err != nil {
		t.Fatal(err)
	}
	return v
}

func (v *vector) open(t *testing.T, file string, store storeFor) {
	t.Helper()
	var source []byte
	name := file
	if path, ok := v.Contract.(string); ok && !strings.Contains(path, "\n") {
		name = filepath.Join(filepath.Dir(file), path)
		var err error
		if source, err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	} else {
		source = []byte(fmt.Sprint(v.Contract))
	}
	c, err := discreet.Parse(name, source)
	if err != nil {
		t.Fatal(err)
	}
	var items []byte
	if path, ok := v.Items.(string); ok {
		items, err = os.ReadFile(filepath.Join(filepath.Dir(file), path))
	} else {
		items, err = json.Marshal(v.Items)
	}
	if err != nil {
		t.Fatal(err)
	}
	config := discreet.Config{Contract: c, Store: store(t, c, source, items), Log: &v.log, Getenv: func(name string) (string, bool) {
		value, ok := v.Env[name]
		return value, ok
	}}
	if v.Now != "" {
		now, err := time.Parse(time.RFC3339, v.Now)
		if err != nil {
			t.Fatal(err)
		}
		config.Clock = func() time.Time { return now }
	}
	for _, s := range v.Steps {
		if s.Principal != nil {
			config.Identify = givenPrincipal
		}
	}
	h, err := discreet.NewHandler(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	v.handler = h
}

// givenPrincipal is the one that a step names instead of a credential.
func givenPrincipal(r *http.Request) (discreet.Principal, error) {
	p, ok := r.Context().Value(principalKey{}).(discreet.Principal)
	if !ok {
		return p, discreet.ErrNoCredential
	}
	return p, nil
}

type principalKey struct{}

func (s step) principal() discreet.Principal {
	p := discreet.Principal{ID: s.Principal.ID, Roles: s.Principal.Roles, Claims: map[string]discreet.Claim{}}
	for name, v := range s.Principal.Claims {
		if list, ok := v.([]any); ok {
			c := discreet.Claim{List: true}
			for _, one := range list {
				c.Values = append(c.Values, fmt.Sprint(one))
			}
			p.Claims[name] = c
			continue
		}
		p.Claims[name] = discreet.Claim{Values: []string{fmt.Sprint(v)}}
	}
	return p
}

func (v *vector) run(t *testing.T, s step) {
	method, target, _ := strings.Cut(v.fill(s.Request), " ")
	var body io.Reader
	if s.Raw != nil {
		body = strings.NewReader(*s.Raw)
	} else if s.Body != nil {
		b, err := json.Marshal(s.Body)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(b)
	}
	r := httptest.NewRequest(method, target, body)
	r.RemoteAddr = "127.0.0.1:40000"
	if s.Principal != nil {
		r = r.WithContext(context.WithValue(r.Context(), principalKey{}, s.principal()))
	}
	if s.As != "" {
		r.Header.Set("X-User-Id", s.As)
	}
	if s.Roles != "" {
		r.Header.Set("X-User-Roles", s.Roles)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range s.Headers {
		r.Header.Set(name, v.fill(value))
	}
	w := httptest.NewRecorder()
	v.log.Reset()
	v.handler.ServeHTTP(w, r)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the log: %s", &v.log)
		}
	})
	v.compare(t, s, w)
	v.keep(t, s, w)
}

func (v *vector) compare(t *testing.T, s step, w *httptest.ResponseRecorder) {
	got := w.Body.String()
	if w.Code != s.Status {
		t.Errorf("status %d, want %d: %s", w.Code, s.Status, got)
	}
	id := w.Header().Get("X-Request-Id")
	if _, again := v.seen[id]; again || id == "" {
		t.Errorf("the request id %q is not new", id)
	}
	v.seen[id] = struct{}{}
	switch {
	case s.Error != "":
		want := fmt.Sprintf("{\"error\":%q,\"request_id\":%q}\n", s.Error, id)
		if got != want {
			t.Errorf("body %s, want %s", got, want)
		}
	case s.Text != nil:
		if want := v.fill(strings.ReplaceAll(*s.Text, "{request_id}", id)); got != want {
			t.Errorf("body %q, want %q", got, want)
		}
	case s.JSON != nil:
		if want, got := canonicalJSON(t, s.JSON), canonicalText(t, got); !reflect.DeepEqual(got, want) {
			t.Errorf("body %s, want %v", w.Body, want)
		}
	}
	for name, want := range s.Has {
		if got := w.Header().Get(name); got == "" || want != "*" && got != v.fill(want) {
			t.Errorf("header %s: %q, want %q", name, got, want)
		}
	}
	for _, name := range append([]string{"Server", "X-Powered-By", "X-Amzn-Requestid"}, s.Lacks...) {
		if got := w.Header().Get(name); got != "" {
			t.Errorf("header %s: %q", name, got)
		}
	}
	all := fmt.Sprint(w.Header(), got)
	for _, word := range s.Absent {
		if word = v.fill(word); strings.Contains(all, word) {
			t.Errorf("%q stands in the answer: %s", word, all)
		}
	}
}

// keep captures what later steps use.
func (v *vector) keep(t *testing.T, s step, w *httptest.ResponseRecorder) {
	for name, what := range s.Capture {
		switch {
		case what == "next":
			target, _, ok := strings.Cut(strings.TrimPrefix(w.Header().Get("Link"), "<"), ">; rel=\"next\"")
			if !ok {
				t.Fatalf("no next page: %v", w.Header())
			}
			v.captured[name] = target
		case what == "etag":
			v.captured[name] = w.Header().Get("ETag")
		default:
			var at any
			if err := json.Unmarshal(w.Body.Bytes(), &at); err != nil {
				t.Fatal(err)
			}
			object, _ := at.(map[string]any)
			v.captured[name] = fmt.Sprint(object[strings.TrimPrefix(what, "/")])
		}
		if v.captured[name] == "" {
			t.Fatalf("nothing to capture for %s", name)
		}
	}
}

func (v *vector) fill(text string) string {
	for name, value := range v.captured {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

func canonicalJSON(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return canonicalText(t, string(b))
}

func canonicalText(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %q", err, text)
	}
	return v
}
