package iam

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/explain"
	"github.com/discreet-dev/discreet/internal/plan"
	"github.com/discreet-dev/discreet/internal/policy"
	"github.com/discreet-dev/discreet/internal/route"
)

// asking is a caller's request that a route answers.
type asking struct {
	id     string
	roles  string
	tenant string
	line   string // method and target
	body   string
}

// a contract with what the examples lack: deletes, constants, a version, a time
// to live, sets, a list of several views, odd names.
const features = `contract: 1
identity:
  - jwt: { issuer: "https://issuer.example", audience: api, roles: roles, claims: { tenant: tenant } }
tables:
  Notes:
    partition_key: owner
    sort_key: note
    ttl: expires
    version: version
    indexes:
      by_state: { partition_key: state, sort_key: note, projection: [title, expires] }
    attributes:
      owner: S personal
      note: S ordinary
      title: S ordinary
      state: S ordinary
      expires: N ordinary
      version: N ordinary
      members: SS ordinary
      "odd ${name}*": S ordinary
      hidden: S internal
      token: S secret
  things:
    partition_key: PK
    sort_key: SK
    items:
      Thing: { key: { PK: "T:{tenant}", SK: "THING:{thing}" }, only: { kind: thing }, attributes: { kind: S ordinary, name: S ordinary, price: N internal } }
      Part:  { key: { PK: "T:{tenant}:{thing}", SK: "PART:{part}" }, only: { kind: part }, attributes: { kind: S ordinary, name: S ordinary } }
    delimiter: ":"
views:
  own:    { of: Notes, scope: { owner: principal.id }, show: [note, title, "odd ${name}*"], write: [title, "odd ${name}*"], set: { on_create: { note: "{new_id}", state: open } } }
  shared: { of: Notes, scope: { members: { contains: principal.id } }, show: [title] }
  public: { of: Notes, roles: [authenticated, anonymous], scope: { state: public }, reason: published, by: partition, show: [note, title] }
  things: { of: Thing, scope: { tenant: principal.tenant }, show: [thing, name], write: [name] }
  parts:  { of: Part, scope: { tenant: principal.tenant }, show: [part, name] }
routes:
  GET /notes:                 { list: own }
  POST /notes:                { create: own }
  GET /notes/{owner}/{note}:  { get: [own, shared, public] }
  PATCH /notes/{note}:        { update: own }
  DELETE /notes/{note}:       { delete: own }
  GET /public:                { list: public, index: by_state, parameters: { title: begins_with } }
  GET /things:                { list: things }
  GET /things/{thing}:        { get: things }
  POST /things/{thing}:       { create: things }
  DELETE /things/{thing}:     { delete: things }
  GET /things/{thing}/parts:  { list: parts }
`

var askings = map[string][]asking{
	"profiles": {
		{"alice", "", "", "GET /api/profile", ""},
		{"alice", "", "", "GET /api/profiles/alice", ""},
		{"sue", "support", "", "GET /api/profiles/bob", ""},
		{"alice", "", "", "PATCH /api/profile", `{"display_name":"A","preferences":{"a":{"b":1},"c":null}}`},
	},
	"orders": {
		{"c1", "", "", "GET /orders?placed_at.gte=2030&state=placed", ""},
		{"c1", "", "", "GET /orders/o1", ""},
		{"a", "admin", "", "GET /orders/o1", ""},
		{"s", "support", "", "GET /orders/o1", ""},
		{"s", "support,admin", "", "GET /orders/o1", ""},
		{"c1", "", "", "POST /orders", `{"note":"n","address":{"street":"s","city":"c","phone":"p"}}`},
		{"c1", "", "", "PATCH /orders/o1", `{"note":null,"address":{"street":"s","city":"c","phone":"p"}}`},
		{"a", "admin", "", "PATCH /orders/o1", `{"state":"sent"}`},
		{"a", "admin", "", "GET /customers/c1/orders", ""},
	},
	"saas": {
		{"u", "", "t", "GET /me", ""},
		{"u", "", "t", "PATCH /me", `{"name":"N"}`},
		{"u", "", "t", "GET /users", ""},
		{"u", "", "t", "GET /projects", ""},
		{"u", "admin", "t", "GET /projects", ""},
		{"u", "admin", "t", "POST /projects", `{"name":"N","status":"s"}`},
		{"u", "", "t", "GET /projects/p", ""},
		{"u", "admin", "t", "GET /projects/p", ""},
		{"u", "", "t", "GET /projects/p/tasks?status=open", ""},
		{"u", "", "t", "PATCH /projects/p/tasks/t", `{"title":"T","status":"done","due":"2030"}`},
		{"u", "", "t", "GET /me/tasks?due.gte=2030&due.lt=2031", ""},
	},
	"features": {
		{"u", "", "t", "GET /notes", ""},
		{"u", "", "t", "POST /notes", `{"title":"T","odd ${name}*":"x"}`},
		{"u", "", "t", "GET /notes/u/1", ""},
		{"u", "", "t", "GET /notes/v/1", ""},
		{"u", "", "t", "PATCH /notes/1", `{"title":"T","odd ${name}*":null}`},
		{"u", "", "t", "DELETE /notes/1", ""},
		{"u", "", "t", "GET /public?title.begins_with=a", ""},
		{"u", "", "t", "GET /things", ""},
		{"u", "", "t", "GET /things/x", ""},
		{"u", "", "t", "POST /things/x", `{"name":"N"}`},
		{"u", "", "t", "DELETE /things/x", ""},
		{"u", "", "t", "GET /things/x/parts", ""},
	},
}

func contracts(t testing.TB) map[string]*contract.Contract {
	return map[string]*contract.Contract{
		"profiles": example(t, "profiles"), "orders": example(t, "orders"), "saas": example(t, "saas"), "features": load(t, features),
	}
}

// sent are the requests that the contract's routes send, as IAM sees them.
func sent(t testing.TB, name string, c *contract.Contract, o Options) map[string][]policy.Request {
	t.Helper()
	out, covered := map[string][]policy.Request{}, map[string]bool{}
	for _, a := range askings[name] {
		p := contract.Principal{
			ID: a.id, Roles: append([]string{contract.RoleAuthenticated}, strings.Split(a.roles, ",")...),
			Claims: map[string]contract.Claim{"tenant": {Values: []string{a.tenant}}},
		}
		if a.roles == "" {
			p.Roles = p.Roles[:1]
		}
		if a.tenant == "" {
			p.Claims = nil
		}
		method, target, _ := strings.Cut(a.line, " ")
		q := explain.Question{Contract: c, Principal: p, Method: method, Target: target, Moment: plan.Moment{Now: time.Unix(2e9, 0), NewID: func() string { return "new" }}}
		if a.body != "" {
			q.Body = []byte(a.body)
		}
		e, err := explain.Explain(q)
		if err != nil || !e.Allowed || len(e.Requests) == 0 {
			t.Fatalf("%s %s: %v %s %s", name, a.line, err, e.Error, e.Cause)
		}
		covered[e.Route] = true
		for _, r := range append(e.Requests, ifMatch(t, c, p, method, target, q.Body)...) {
			request := seenByIAM(t, o, c, r.Action, r.Body)
			request.Context["aws:PrincipalTag/user_id"] = []string{a.id}
			request.Context["aws:PrincipalTag/tenant"] = []string{a.tenant}
			request.Context["aws:PrincipalTag/roles"] = []string{":" + strings.Join(p.Roles, ":") + ":"}
			out[a.line+" as "+a.id+" "+a.roles] = append(out[a.line+" as "+a.id+" "+a.roles], request)
		}
	}
	for _, r := range c.Routes {
		if !covered[r.Text] {
			t.Errorf("%s: no sample request for %s", name, r.Text)
		}
	}
	return out
}

// ifMatch are the requests that a write with If-Match sends beside.
func ifMatch(t testing.TB, c *contract.Contract, p contract.Principal, method, target string, body []byte) (out []explain.Request) {
	t.Helper()
	u, err := url.ParseRequestURI(target)
	if err != nil {
		t.Fatal(err)
	}
	r, path, bad := route.New(c.Routes).Match(method, u)
	if bad != nil {
		t.Fatal(bad)
	}
	version := r.Views[0].Of.Table.Version
	if version == "" || r.Operation != contract.Update && r.Operation != contract.Delete {
		return nil
	}
	d, bad := access.Decide(access.Ask{Principal: p, Route: r, Path: path})
	if bad != nil {
		t.Fatal(bad)
	}
	made, seen, moment := plan.New(r, r.Views[0].Of.Table.Name), plan.Seen{Any: true, Version: "3"}, plan.Moment{Now: time.Unix(2e9, 0)}
	read, err := made.Get(d.Grants[:1], true, version)
	if err != nil {
		t.Fatal(err)
	}
	write, err := made.Delete(d.Grants[0], seen, moment)
	if r.Operation == contract.Update {
		write, err = made.Update(d.Grants[0], body, seen, moment)
	}
	if err != nil {
		t.Fatal(err)
	}
	return []explain.Request{{Action: read.Action, Body: read.Body}, {Action: write.Action, Body: write.Body}}
}

func policies(w Written) []policy.Policy {
	var out []policy.Policy
	for _, d := range w.Documents {
		if d.Purpose == "identity" {
			parsed, _ := d.Document.Parsed()
			out = append(out, policy.Policy{Name: d.Name, Document: parsed})
		}
	}
	return out
}

func TestEveryRoutesRequestsAreAllowed(t *testing.T) {
	for name, c := range contracts(t) {
		o := options(c, ServiceRole)
		all := policies(least(t, o))
		for line, list := range sent(t, name, c, o) {
			for _, r := range list {
				if v := policy.Evaluate(all, r); v.Decision != policy.Allowed || len(v.Notes) > 0 {
					t.Errorf("%s: %s: %s %s, %v: %v", name, line, r.Action, v.Decision, v.Notes, r.Context)
				}
			}
		}
	}
}

func TestVendedSessionsMayDoWhatIsTheirs(t *testing.T) {
	notVended := []string{"GET /api/profiles/bob", "/orders/o1", "POST /orders", "/customers/", "GET /notes/v/1", "GET /public", "as s ", "as a "}
	for name, c := range contracts(t) {
		o := options(c, Vended)
		all := policies(least(t, o))
		for line, list := range sent(t, name, c, o) {
			if slices.ContainsFunc(notVended, func(s string) bool { return strings.Contains(line, s) }) {
				continue
			}
			for _, r := range list {
				if v := policy.Evaluate(all, r); v.Decision != policy.Allowed {
					t.Errorf("%s: %s: %s %s: %v\n%+v", name, line, r.Action, v.Decision, r.Context, v.Trace)
				}
				foreign := clone(r)
				foreign.Context["aws:PrincipalTag/user_id"], foreign.Context["aws:PrincipalTag/tenant"] = []string{"other"}, []string{"other"}
				if v := policy.Evaluate(all, foreign); v.Decision == policy.Allowed {
					t.Errorf("%s: %s: another principal's session is allowed %s", name, line, r.Action)
				}
				for _, tag := range []string{"aws:PrincipalTag/user_id", "aws:PrincipalTag/tenant"} {
					delete(foreign.Context, tag)
				}
				if v := policy.Evaluate(all, foreign); v.Decision == policy.Allowed {
					t.Errorf("%s: %s: a session without tags is allowed %s", name, line, r.Action)
				}
			}
		}
	}
}

// session are the tags that probes take for the principal's own.
func session(r policy.Request) policy.Request {
	r = clone(r)
	for tag, value := range map[string]string{"user_id": own, "tenant": own, "roles": ":authenticated:admin:"} {
		if _, set := r.Context["aws:PrincipalTag/"+tag]; !set {
			r.Context["aws:PrincipalTag/"+tag] = []string{value}
		}
	}
	return r
}

func TestNothingElseIsAllowed(t *testing.T) {
	for name, c := range contracts(t) {
		for _, mode := range []Mode{ServiceRole, Vended} {
			o := options(c, mode)
			all := policies(least(t, o))
			list, err := probes(o, mode, nil)
			if err != nil || len(list) < 50 {
				t.Fatalf("%s: %d probes, %v", name, len(list), err)
			}
			for _, p := range list {
				for _, r := range p.requests {
					if v := policy.Evaluate(all, session(r)); v.Decision == policy.Allowed {
						t.Errorf("%s, %s: %s is allowed: %s on %s %v", name, mode, p.extra, r.Action, r.Resource, r.Context)
					}
				}
			}
		}
	}
}

// TestNoAttributeStandsInAListForNothing takes each attribute out of each list:
// some route's request must fail then.
func TestNoAttributeStandsInAListForNothing(t *testing.T) {
	for name, c := range contracts(t) {
		o := options(c, ServiceRole)
		w := least(t, o)
		requests := sent(t, name, c, o)
		for i, s := range w.Documents[0].Document.Statement {
			names := s.Condition["ForAllValues:StringEquals"][keyAttributes]
			for _, n := range names {
				less := slices.DeleteFunc(slices.Clone(names), func(x string) bool { return x == n })
				s.Condition["ForAllValues:StringEquals"][keyAttributes] = less
				if allAllowed(policies(w), requests) {
					t.Errorf("%s: statement %d (%s) lists %s, and nothing needs it", name, i+1, s.Sid, n)
				}
			}
			s.Condition["ForAllValues:StringEquals"][keyAttributes] = names
		}
	}
}

func allAllowed(all []policy.Policy, requests map[string][]policy.Request) bool {
	for _, list := range requests {
		for _, r := range list {
			if policy.Evaluate(all, r).Decision != policy.Allowed {
				return false
			}
		}
	}
	return true
}
