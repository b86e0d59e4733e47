package explain_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/explain"
	"github.com/discreet-dev/discreet/internal/parse"
	"github.com/discreet-dev/discreet/internal/plan"
)

var update = flag.Bool("update", false, "write the golden files")

func load(t testing.TB, example string) *contract.Contract {
	t.Helper()
	text, err := os.ReadFile("../../examples/" + example + "/discreet.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, problems := parse.Contract("discreet.yaml", text)
	if c == nil {
		t.Fatalf("the contract is refused:\n%v", problems)
	}
	return c
}

// who is a principal: an id, then roles, and claims as name=value; without an
// id, nobody.
func who(id string, more ...string) contract.Principal {
	if id == "" {
		return contract.Anonymous()
	}
	p := contract.Principal{ID: id, Roles: []string{contract.RoleAuthenticated}, Claims: map[string]contract.Claim{}}
	for _, m := range more {
		if name, value, isClaim := strings.Cut(m, "="); isClaim {
			p.Claims[name] = contract.Claim{Values: []string{value}}
		} else {
			p.Roles = append(p.Roles, m)
		}
	}
	return p
}

var moment = plan.Moment{Now: time.Unix(1900000000, 0), NewID: func() string { return "NEW" }}

func ask(t testing.TB, example string, p contract.Principal, request, body string) explain.Explanation {
	t.Helper()
	method, target, _ := strings.Cut(request, " ")
	q := explain.Question{Contract: load(t, example), Principal: p, Method: method, Target: target, Moment: moment}
	if body != "" {
		q.Body = []byte(body)
	}
	e, err := explain.Explain(q)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestExplanations is for the eye of a reviewer: every operation, as text and
// as JSON, which scripts read.
func TestExplanations(t *testing.T) {
	ann := who("ann", "tenant=acme")
	tests := []struct {
		example string
		as      contract.Principal
		request string
		body    string
	}{
		{"profiles", who("alice"), "GET /api/profiles/alice", ""},
		{"profiles", who("alice"), "GET /api/profiles/bob", ""},
		{"profiles", who("carol", "support"), "GET /api/profiles/bob", ""},
		{"profiles", who(""), "GET /api/profile", ""},
		{"profiles", who("alice"), "PATCH /api/profile", `{"preferences":{"theme":"dark"}}`},
		{"saas", ann, "GET /me/tasks?due.gte=2030-01-01&limit=5", ""},
		{"saas", who("ann", "admin", "tenant=acme"), "POST /projects", `{"name":"Roof"}`},
		{"orders", who("eve", "admin", "support"), "GET /orders/o1", ""},
		{"orders", who("eve", "admin"), "GET /customers/alice/orders", ""},
	}
	var text, all bytes.Buffer
	for _, test := range tests {
		e := ask(t, test.example, test.as, test.request, test.body)
		if err := e.WriteText(&text); err != nil {
			t.Fatal(err)
		}
		text.WriteString("\n")
		one, err := json.MarshalIndent(e, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		all.Write(append(one, '\n'))
	}
	golden(t, "testdata/explanations.txt", text.Bytes())
	golden(t, "testdata/explanations.json", all.Bytes())
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; look at the difference, then run with -update\n%s", name, got)
	}
}

// The answers are those of serve, stage for stage.
func TestRefusals(t *testing.T) {
	tests := []struct {
		name, example string
		as            contract.Principal
		request, body string
		status        int
		want          string
	}{
		{"another's key", "profiles", who("alice"), "GET /api/profiles/bob", "", 403, "forbidden"},
		{"no credential, by header", "profiles", who(""), "GET /api/profile", "", 400, "missing user identifier"},
		{"no credential, by token", "saas", who(""), "GET /me", "", 401, "unauthenticated"},
		{"no credential goes before no route", "saas", who(""), "GET /nothing", "", 401, "unauthenticated"},
		{"and before a bad path", "saas", who(""), "GET /%2F", "", 401, "unauthenticated"},
		{"a principal that is none", "profiles", who("a\x00"), "GET /api/profile", "", 401, "unauthenticated"},
		{"no route", "profiles", who("alice"), "GET /nothing", "", 404, "not found"},
		{"no method", "profiles", who("alice"), "DELETE /api/profile", "", 405, "method not allowed"},
		{"a bad path", "profiles", who("alice"), "GET /api/profiles/%2F", "", 400, "path: takes segments in UTF-8 without encoded slashes, control characters or dot segments"},
		{"a query on a get", "profiles", who("alice"), "GET /api/profiles/bob?x=1", "", 400, "query: takes no parameters"},
		{"a query on an update", "profiles", who("alice"), "PATCH /api/profile?x=1", "", 400, "query: takes no parameters"},
		{"an unknown parameter", "profiles", who("alice"), "GET /api/profile?ssn=1", "", 400, "query: takes limit, cursor"},
		{"a scope before a parameter", "saas", who("ann"), "GET /users?ssn=1", "", 403, "forbidden"},
		{"a hidden member", "profiles", who("alice"), "PATCH /api/profile", `{"ssn":"1"}`, 400, "body: takes display_name, preferences alone"},
		{"no role", "saas", who("ann", "tenant=acme"), "POST /projects", `{}`, 403, "forbidden"},
	}
	for _, test := range tests {
		e := ask(t, test.example, test.as, test.request, test.body)
		if e.Allowed || e.Status != test.status || e.Error != test.want {
			t.Errorf("%s: allowed %v, %d %s", test.name, e.Allowed, e.Status, e.Error)
		}
		if len(e.Requests)+len(e.Attributes)+len(e.Checks) > 0 {
			t.Errorf("%s: and yet something would be sent", test.name)
		}
	}
}

func TestTheReadsOfAListAreThoseThatServeSends(t *testing.T) {
	exact := ask(t, "profiles", who("alice"), "GET /api/profile?limit=7", "")
	if body := string(exact.Requests[0].Body); !strings.Contains(body, `"Limit":8`) {
		t.Errorf("an exact list asks for one more than its page: %s", body)
	}
	filtered := ask(t, "saas", who("ann", "tenant=acme"), "GET /users?limit=7", "")
	if body := string(filtered.Requests[0].Body); !strings.Contains(body, `"Limit":100`) {
		t.Errorf("a list that leaves items out reads a hundred: %s", body)
	}
	nothing := ask(t, "saas", who("ann", "tenant=acme"), "GET /me/tasks?due.gte=b&due.lt=a", "")
	if !nothing.Allowed || len(nothing.Requests) != 0 {
		t.Errorf("an empty intersection sends %v", nothing.Requests)
	}
}

func TestWhatIsNoRequestIsAnError(t *testing.T) {
	for _, target := range []string{"", "api", "http://host/api", "/%zz", "/a b\x00"} {
		if _, err := explain.Explain(explain.Question{Contract: load(t, "profiles"), Principal: who("alice"), Method: "GET", Target: target}); err == nil {
			t.Errorf("%q is explained", target)
		}
	}
}
