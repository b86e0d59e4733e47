package route_test

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/parse"
	"github.com/discreet-dev/discreet/internal/route"
)

const source = `contract: 1
identity:
  - header: { id: X-User-Id, from: [loopback] }
tables:
  Docs:
    partition_key: owner
    sort_key: id
    attributes:
      owner: S ordinary
      id:    { type: S, class: ordinary, max_length: 8 }
      state: { type: S, class: ordinary, one_of: [open, done] }
      size:  N ordinary
      draft: BOOL ordinary
      due:   S ordinary
views:
  docs: { of: Docs, scope: { owner: principal.id }, show: [id, state, size, draft, { due: { as: until } }], write: [state] }
routes:
  GET /docs/{id}:   { get: docs }
  PATCH /docs/{id}: { update: docs }
  GET /me:          { list: docs }
  GET /:            { list: docs }
  GET /docs/search: { list: docs }
  GET /docs:        { list: docs, page: { default: 5, max: 50 }, parameters: { state: [eq, ne], size: [eq, between, gte], draft: eq, due: [lt, begins_with, between] } }
  GET /of/{owner}/{id}: { get: docs }
  GET /of/{owner}/last: { list: docs }
`

func load(t testing.TB) *contract.Contract {
	t.Helper()
	c, problems := parse.Contract("discreet.yaml", []byte(source))
	if c == nil {
		t.Fatalf("the contract is refused:\n%v", problems)
	}
	return c
}

// target is a request's URL as net/http makes it of the request line; nil where
// it refuses.
func target(text string) *url.URL {
	u, err := url.ParseRequestURI(text)
	if err != nil {
		return nil
	}
	return u
}

func TestMatching(t *testing.T) {
	const badPath = "400 path: takes segments in UTF-8 without encoded slashes, control characters or dot segments"
	tests := []struct{ name, method, target, want string }{
		{"a literal", "GET", "/docs", "GET /docs"},
		{"the root", "GET", "/", "GET /"},
		{"a variable", "GET", "/docs/a", "GET /docs/{id} id=a"},
		{"a literal before a variable", "GET", "/docs/search", "GET /docs/search"},
		{"another method's variable", "PATCH", "/docs/search", "PATCH /docs/{id} id=search"},
		{"a literal behind a variable", "GET", "/of/a/last", "GET /of/{owner}/last owner=a"},
		{"two variables", "GET", "/of/a/b", "GET /of/{owner}/{id} id=b owner=a"},
		{"HEAD is GET", "HEAD", "/docs/a", "GET /docs/{id} id=a"},
		{"another method", "DELETE", "/docs/a", "405 method not allowed"},
		{"a method in small letters", "get", "/docs/a", "405 method not allowed"},
		{"no such path", "GET", "/nothing", "404 not found"},
		{"a case that differs", "GET", "/Docs", "404 not found"},
		{"a trailing slash", "GET", "/docs/", "404 not found"},
		{"an empty segment", "GET", "/of//b", "404 not found"},
		{"two slashes", "GET", "//docs", "404 not found"},
		{"too many segments", "GET", "/docs/a/b", "404 not found"},
		{"an encoded letter", "GET", "/docs/%61", "GET /docs/{id} id=a"},
		{"an encoded literal", "GET", "/%64ocs/a", "GET /docs/{id} id=a"},
		{"decoded once", "GET", "/docs/%2561", "GET /docs/{id} id=%61"},
		{"a slash decoded once", "GET", "/docs/%252F", "GET /docs/{id} id=%2F"},
		{"a plus is a plus", "GET", "/docs/a+b", "GET /docs/{id} id=a+b"},
		{"what a template would mean", "GET", "/docs/%7Bid%7D", "GET /docs/{id} id={id}"},
		{"a delimiter", "GET", "/docs/a%23b", "GET /docs/{id} id=a#b"},
		{"a question mark", "GET", "/docs/a%3Fb", "GET /docs/{id} id=a?b"},
		{"a semicolon", "GET", "/docs/a;b=c", "GET /docs/{id} id=a;b=c"},
		{"letters of any script", "GET", "/docs/%C3%A9%F0%9F%98%80", "GET /docs/{id} id=é😀"},
		{"three dots", "GET", "/docs/...", "GET /docs/{id} id=..."},
		{"an encoded slash", "GET", "/docs/a%2Fb", badPath},
		{"in small letters", "GET", "/docs/a%2fb", badPath},
		{"that could split segments", "GET", "/of%2Fa/b", badPath},
		{"a backslash", "GET", `/docs/a\b`, badPath},
		{"an encoded one", "GET", "/docs/a%5Cb", badPath},
		{"a dot segment", "GET", "/docs/.", badPath},
		{"two dots", "GET", "/of/../docs", badPath},
		{"encoded dots", "GET", "/of/%2e%2e/docs", badPath},
		{"mixed dots", "GET", "/docs/.%2E", badPath},
		{"NUL", "GET", "/docs/a%00", badPath},
		{"a line's end", "GET", "/docs/a%0d%0aX: y", badPath},
		{"DEL", "GET", "/docs/%7f", badPath},
		{"a control character beyond ASCII", "GET", "/docs/%C2%85", badPath},
		{"bytes that are no UTF-8", "GET", "/docs/%ff", badPath},
		{"an overlong slash", "GET", "/docs/%C0%AF", badPath},
		{"a surrogate", "GET", "/docs/%ED%A0%80", badPath},
		{"half a letter", "GET", "/docs/%C3", badPath},
		{"a constraint of the contract", "GET", "/docs/canaryxxx", "400 id: takes at most 8 characters"},
	}
	r := route.New(load(t).Routes)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			u := target(test.target)
			if u == nil {
				t.Fatal("net/http refuses it")
			}
			if got := matched(r, test.method, u); got != test.want {
				t.Errorf("%s %s: %s, want %s", test.method, test.target, got, test.want)
			}
		})
	}
	for _, refused := range []string{"/docs/%zz", "/docs/%", "/docs/%1", "/docs/\x00", "docs"} {
		if target(refused) != nil {
			t.Errorf("net/http takes %q, and nothing here was tested with it", refused)
		}
	}
	// Whoever makes a URL by hand cannot get by either.
	for _, u := range []*url.URL{{}, {Path: "docs"}, {Path: "/docs/a/b", RawPath: "/docs/%zz"}, {Path: "/docs/\xff"}, {Path: "/docs/..", RawPath: "/docs/%2e."}, {Opaque: "x"}} {
		if got := matched(r, "GET", u); !strings.HasPrefix(got, "4") {
			t.Errorf("%#v: %s", u, got)
		}
	}
}

func matched(r route.Router, method string, u *url.URL) string {
	found, path, bad := r.Match(method, u)
	if bad != nil {
		return strconv.Itoa(bad.Status()) + " " + bad.Public()
	}
	text := found.Text
	var names []string
	for name := range path {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		text += " " + name + "=" + path[name]
	}
	return text
}

// Routes of other lengths between them must not keep a literal behind a
// variable, in whatever order they are written.
func TestLiteralsComeFirstInAnyOrder(t *testing.T) {
	routes := load(t).Routes
	for range 40 {
		routes = append(routes[1:], routes[0])
		for i := range routes {
			swapped := slices.Clone(routes)
			swapped[0], swapped[i] = swapped[i], swapped[0]
			r := route.New(swapped)
			for path, want := range map[string]string{"/docs/search": "GET /docs/search", "/of/a/last": "GET /of/{owner}/last owner=a"} {
				if got := matched(r, "GET", target(path)); got != want {
					t.Fatalf("%s is %s", path, got)
				}
			}
		}
	}
}

func TestAllowNamesTheMethodsOfThePath(t *testing.T) {
	r := route.New(load(t).Routes)
	for path, want := range map[string]string{"/docs/a": "GET HEAD PATCH", "/docs/search": "GET HEAD PATCH", "/me": "GET HEAD", "/nothing": "", "/docs/%2F": ""} {
		if got := strings.Join(r.Methods(target(path)), " "); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestQueries(t *testing.T) {
	const (
		unknown = "query: takes limit, cursor, state, state.ne, size, size.between, size.gte, draft, until.lt, until.begins_with, until.between"
		pairs   = "query: takes name=value pairs in UTF-8, percent-encoded, joined by &"
		limit   = "limit: takes a number from 1 to 50"
		number  = "takes a number of at most 38 digits"
		empty   = "takes a value of 1 to 2048 bytes"
	)
	tests := []struct{ name, query, want string }{
		{"nothing", "", "limit 5"},
		{"a limit", "limit=50", "limit 50"},
		{"a cursor", "cursor=abc", "limit 5 cursor abc"},
		{"equality", "state=open", "limit 5 state eq open"},
		{"another operator", "state.ne=open", "limit 5 state ne open"},
		{"a name outside", "until.lt=2030", "limit 5 due lt 2030"},
		{"a number becomes canonical", "size=1e2", "limit 5 size eq 100"},
		{"two values", "size.between=1,2.0", "limit 5 size between 1 2"},
		{"several", "size.gte=1&draft=true&until.begins_with=20", "limit 5 size gte 1 draft eq true due begins_with 20"},
		{"encoded", "until.lt=a%26b%3Dc+d%2Be", "limit 5 due lt a&b=c d+e"},
		{"an encoded name", "st%61te=open", "limit 5 state eq open"},
		{"empty pairs", "&state=open&&", "limit 5 state eq open"},
		{"an encoded semicolon", "until.lt=a%3Bb", "limit 5 due lt a;b"},

		{"an unknown name", "canary=1", unknown},
		{"no name", "=1", unknown},
		{"a name inside", "due.lt=1", unknown},
		{"an operator that the route has not", "state.gte=open", unknown},
		{"equality by its name", "state.eq=open", unknown},
		{"another case", "State=open", unknown},
		{"a hidden attribute", "owner=canary", unknown},
		{"brackets", "state[]=open", unknown},
		{"twice", "state=open&state=open", "query: takes each parameter once"},
		{"twice by an escape", "state=open&st%61te=done", "query: takes each parameter once"},
		{"two limits", "limit=1&limit=1", "query: takes each parameter once"},
		{"a semicolon", "state=open;limit=1", pairs},
		{"a bad escape", "state=%zz", pairs},
		{"bytes that are no UTF-8", "state=%ff", pairs},
		{"NUL", "state=%00", pairs},
		{"a control character in a name", "st%0aate=1", pairs},
		{"no value", "state", "state: " + empty},
		{"an empty value", "state=", "state: " + empty},
		{"an empty cursor", "cursor=", "cursor: takes the cursor of a page before"},
		{"a value too long", "until.lt=" + strings.Repeat("x", 2049), "until.lt: " + empty},
		{"limit 0", "limit=0", limit},
		{"limit -1", "limit=-1", limit},
		{"limit +1", "limit=%2B1", limit},
		{"limit 01", "limit=01", limit},
		{"limit 51", "limit=51", limit},
		{"limit 1e1", "limit=1e1", limit},
		{"limit beyond int", "limit=99999999999999999999", limit},
		{"limit of a blank", "limit=1+", limit},
		{"no limit", "limit=", limit},
		{"a word for a number", "size=canary", "size: " + number},
		{"a number of 39 digits", "size=" + strings.Repeat("7", 39), "size: " + number},
		{"hexadecimal", "size=0x10", "size: " + number},
		{"infinity", "size=Infinity", "size: " + number},
		{"one value for two", "size.between=1", "size.between: takes two values joined by a comma"},
		{"three", "size.between=1,2,3", "size.between: takes two values joined by a comma"},
		{"an empty one", "size.between=1,", "size.between: " + empty},
		{"a bad one", "size.between=1,x", "size.between: " + number},
		{"neither true nor false", "draft=1", "draft: takes true or false"},
		{"none of the contract's", "state=canary", "state: takes one of open, done"},
	}
	c := load(t)
	list := c.Routes[slices.IndexFunc(c.Routes, func(r *contract.Route) bool { return r.Text == "GET /docs" })]
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, bad := route.Select(list, test.query)
			if bad != nil {
				if got := bad.Public(); got != test.want || bad.Status() != 400 {
					t.Errorf("%s", got)
				}
				if strings.Contains(bad.Error(), "canary") {
					t.Errorf("the value is in %v", bad)
				}
				return
			}
			got := "limit " + strconv.Itoa(s.Limit)
			if s.Cursor != "" {
				got += " cursor " + s.Cursor
			}
			for _, w := range s.Where {
				got += " " + w.Attribute.Name + " " + string(w.Operator) + " " + strings.Join(w.Values, " ")
			}
			if got != test.want {
				t.Errorf("got %s", got)
			}
		})
	}
	get := c.Routes[slices.IndexFunc(c.Routes, func(r *contract.Route) bool { return r.Text == "GET /docs/{id}" })]
	if _, bad := route.Select(get, "limit=1"); bad == nil || bad.Public() != "query: takes no parameters" {
		t.Errorf("a get takes parameters: %v", bad)
	}
	if _, bad := route.Select(get, ""); bad != nil {
		t.Error(bad)
	}
}

func TestACursorIsBoundToParametersInAnyOrder(t *testing.T) {
	c := load(t)
	list := c.Routes[slices.IndexFunc(c.Routes, func(r *contract.Route) bool { return r.Text == "GET /docs" })]
	canonical := func(query string) string {
		s, bad := route.Select(list, query)
		if bad != nil {
			t.Fatal(bad)
		}
		return s.Canonical
	}
	if a, b := canonical("state=open&limit=3&cursor=x"), canonical("cursor=y&limit=3&st%61te=open"); a != b {
		t.Errorf("%s and %s", a, b)
	}
	if a, b := canonical("state=open"), canonical("state=done"); a == b {
		t.Errorf("%s and %s", a, b)
	}
}

func FuzzMatch(f *testing.F) {
	for _, seed := range []string{"/docs/a", "/docs/%2e%2e", "/of//b", "/docs/%C0%AF", `/docs/a\b`, "//docs", "/docs/%2561"} {
		f.Add("GET", seed)
	}
	r := route.New(load(f).Routes)
	f.Fuzz(func(t *testing.T, method, text string) {
		u := target(text)
		if u == nil {
			return
		}
		found, path, bad := r.Match(method, u)
		if bad != nil {
			if s := bad.Status(); s != 400 && s != 404 && s != 405 || found != nil && s != 400 {
				t.Fatalf("%v", bad)
			}
			return
		}
		for name, value := range path {
			if value == "" || value == "." || value == ".." || strings.ContainsAny(value, "/\\\x00") {
				t.Fatalf("%s is %q", name, value)
			}
		}
		if !slices.Contains(r.Methods(u), found.Method) {
			t.Fatalf("%s is not allowed for its own path", found.Method)
		}
	})
}

func FuzzSelect(f *testing.F) {
	for _, seed := range []string{"state=open&limit=3", "size.between=1,2", "cursor=%00", "a;b", "limit=%31", "until.lt=%C3%A9"} {
		f.Add(seed)
	}
	routes := load(f).Routes
	f.Fuzz(func(t *testing.T, raw string) {
		for _, r := range routes {
			s, bad := route.Select(r, raw)
			if bad != nil {
				if bad.Status() != 400 {
					t.Fatalf("%v", bad)
				}
				continue
			}
			if r.Operation == contract.List && (s.Limit < 1 || s.Limit > r.Page.Max) {
				t.Fatalf("a limit of %d", s.Limit)
			}
			again, bad := route.Select(r, s.Canonical)
			if bad != nil || again.Canonical != s.Canonical || len(again.Where) != len(s.Where) {
				t.Fatalf("the canonical %q reads otherwise: %v", s.Canonical, bad)
			}
		}
	})
}
