package trial_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/parse"
	"github.com/discreet-dev/discreet/internal/plan"
	"github.com/discreet-dev/discreet/internal/trial"
)

var moment = plan.Moment{Now: time.Unix(1900000000, 0), NewID: func() string { return "NEW" }}

func load(t testing.TB, folder string) *contract.Contract {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "discreet.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	c, problems := parse.Contract("discreet.yaml", text)
	if c == nil {
		t.Fatalf("the contract is refused:\n%v", problems)
	}
	return c
}

func TestTheExamplesTestsPass(t *testing.T) {
	files, err := filepath.Glob("../../examples/*/*_test.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no tests beside the examples")
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := trial.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		c := load(t, filepath.Dir(name))
		for _, test := range f.Tests {
			if o := trial.Run(c, test, moment); len(o.Wrong) > 0 {
				t.Errorf("%s: %s: %s", name, o.Name, strings.Join(o.Wrong, "; "))
			}
		}
	}
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	tests := []struct{ name, test, want string }{
		{"nothing", `as: { id: alice }, request: GET /me, expect: { allow: false }`, ""},
		{"a denial that is none", `as: { id: alice, claims: { tenant: acme } }, request: GET /me, expect: { allow: false }`, "allow: want false, got true"},
		{"an allowance that is none", `as: { id: alice }, request: GET /me, expect: { allow: true }`, "allow: want true, got false"},
		{"another view", `as: { id: alice, roles: [admin], claims: { tenant: acme } }, request: GET /projects, expect: { allow: true, view: projects }`, "view: want projects, got projects_admin"},
		{"another status", `as: { id: alice }, request: GET /me, expect: { allow: false, status: 404 }`, "status: want 404, got 403"},
		{"another error", `as: { id: alice }, request: GET /me, expect: { allow: false, error: not found }`, "error: want not found, got forbidden"},
		{"attributes in any order", `as: { id: alice, claims: { tenant: acme } }, request: GET /users, expect: { allow: true, attributes: [name, user] }`, ""},
		{"an attribute too many", `as: { id: alice, claims: { tenant: acme } }, request: GET /users, expect: { allow: true, attributes: [name, user, email] }`, "attributes: want [email, name, user], got [name, user]"},
		{"an attribute too few", `as: { id: alice, claims: { tenant: acme } }, request: GET /users, expect: { allow: true, attributes: [] }`, "attributes: want [], got [name, user]"},
		{"nobody", `request: GET /me, expect: { allow: false, status: 401 }`, ""},
		{"a number as a claim", `as: { id: alice, claims: { tenant: 7 } }, request: GET /me, expect: { allow: true }`, ""},
		{"a list as a claim", `as: { id: alice, claims: { tenant: [acme] } }, request: GET /me, expect: { allow: false }`, ""},
		{"a body", `as: { id: alice, claims: { tenant: acme } }, request: PATCH /me, body: { name: Al }, expect: { allow: true }`, ""},
		{"a hidden member of a body", `as: { id: alice, claims: { tenant: acme } }, request: PATCH /me, body: { billing_id: x }, expect: { allow: false, status: 400 }`, ""},
		{"an empty id", `as: { roles: [admin] }, request: GET /me, expect: { allow: false }`, "as: id: empty"},
		{"a claim that is none", `as: { id: alice, claims: { tenant: { a: b } } }, request: GET /me, expect: { allow: false }`, "as: claim tenant: takes a string, or a list of strings"},
		{"no path", `as: { id: alice }, request: GET, expect: { allow: false }`, "request: takes the form 'GET /path?query'"},
	}
	c := load(t, "../../examples/saas")
	for _, test := range tests {
		f, err := trial.Parse([]byte("tests:\n  - { name: x, " + test.test + " }\n"))
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if got := strings.Join(trial.Run(c, f.Tests[0], moment).Wrong, "; "); got != test.want {
			t.Errorf("%s: %s", test.name, got)
		}
	}
}

// A test that is misspelt must not pass by saying nothing.
func TestAFileThatSaysLessThanItSeemsIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":               "",
		"no tests":              "tests: []",
		"an unknown key":        "tests: [{ name: x, request: GET /me, expect: { allow: true, attribute: [a] } }]",
		"another unknown key":   "tests: [{ name: x, request: GET /me, expected: { allow: true } }]",
		"a duplicate key":       "tests: [{ name: x, name: y, request: GET /me, expect: { allow: true } }]",
		"no name":               "tests: [{ request: GET /me, expect: { allow: true } }]",
		"no request":            "tests: [{ name: x, expect: { allow: true } }]",
		"no expectation":        "tests: [{ name: x, request: GET /me }]",
		"neither allow nor not": "tests: [{ name: x, request: GET /me, expect: { status: 403 } }]",
		"no YAML":               "tests: [",
	} {
		if _, err := trial.Parse([]byte(text)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
