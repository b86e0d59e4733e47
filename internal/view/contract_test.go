package view_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/view"
)

var now = time.Unix(1_700_000_000, 0)

func attribute(name string, t contract.Type, class contract.Class) *contract.Attribute {
	return &contract.Attribute{Name: name, Type: t, Class: class}
}

// template parses "TENANT#{tenant}".
func template(text string) contract.Template {
	t := contract.Template{Delimiter: "#"}
	for text != "" {
		literal, rest, found := strings.Cut(text, "{")
		if literal != "" {
			t.Parts = append(t.Parts, contract.Part{Literal: literal})
		}
		if found {
			name, after, _ := strings.Cut(rest, "}")
			t.Parts, rest = append(t.Parts, contract.Part{Variable: name}), after
		}
		text = rest
	}
	return t
}

// declare makes an item type of a table; variables of its templates are
// attributes too.
func declare(table *contract.Table, name string, keys map[string]string, attributes ...*contract.Attribute) *contract.ItemType {
	it := &contract.ItemType{Name: name, Table: table, Keys: map[string]contract.Template{}, Attributes: map[string]*contract.Attribute{}}
	for _, a := range attributes {
		it.Attributes[a.Name] = a
	}
	all := table.KeyNames()
	for _, x := range table.Indexes {
		all = append(all, x.KeyNames()...)
	}
	for _, key := range all {
		if it.Attributes[key] == nil {
			it.Attributes[key] = attribute(key, contract.S, contract.Ordinary)
		}
		it.Keys[key] = contract.WholeTemplate(key)
		if text, ok := keys[key]; ok {
			it.Keys[key] = template(text)
		}
		for _, v := range it.Keys[key].Variables() {
			if it.Attributes[v] == nil {
				it.Attributes[v] = &contract.Attribute{Name: v, Type: contract.S, Variable: true}
			}
		}
	}
	table.Items = append(table.Items, it)
	return it
}

// path reads "steps[].text".
func path(text string) contract.Path {
	var p contract.Path
	for name := range strings.SplitSeq(text, ".") {
		trimmed := strings.TrimSuffix(name, "[]")
		p = append(p, contract.Step{Name: trimmed})
		if trimmed != name {
			p = append(p, contract.Step{Element: true})
		}
	}
	return p
}

// show resolves a shown path against the type.
func show(of *contract.ItemType, text string, change ...func(*contract.Shown)) *contract.Shown {
	s := &contract.Shown{Path: path(text)}
	s.Attribute = of.Attributes[s.Path[0].Name]
	s.As = s.Path[0].Name
	for _, step := range s.Path[1:] {
		if step.Element {
			s.Attribute = s.Attribute.Of
		} else {
			s.Attribute, s.As = s.Attribute.Members[step.Name], step.Name
		}
	}
	for _, c := range change {
		c(s)
	}
	return s
}

func masked(m contract.Mask) func(*contract.Shown) { return func(s *contract.Shown) { s.Mask = m } }

func renamed(as string) func(*contract.Shown) { return func(s *contract.Shown) { s.As = as } }

func orElse(text string) func(*contract.Shown) {
	return func(s *contract.Shown) { s.Default = json.RawMessage(text) }
}

func bind(a *contract.Attribute, kind contract.OperandKind, claim string) contract.Binding {
	return contract.Binding{Attribute: a, Value: contract.Operand{Kind: kind, Claim: claim}}
}

func members(list ...*contract.Attribute) map[string]*contract.Attribute {
	out := map[string]*contract.Attribute{}
	for _, a := range list {
		out[a.Name] = a
	}
	return out
}

// The mission's case: a plain table of profiles.

func profiles() *contract.ItemType {
	table := &contract.Table{Name: "UserProfiles", Partition: "user_id", Delimiter: "#"}
	preferences := attribute("preferences", contract.M, contract.Ordinary)
	preferences.Open = true
	return declare(
		table, "UserProfiles", nil,
		attribute("user_id", contract.S, contract.Personal),
		attribute("display_name", contract.S, contract.Ordinary),
		attribute("email", contract.S, contract.Personal),
		attribute("phone", contract.S, contract.Personal),
		attribute("points", contract.N, contract.Ordinary),
		preferences,
		attribute("internal_notes", contract.S, contract.Internal),
		attribute("is_admin", contract.BOOL, contract.Internal),
		attribute("ssn", contract.S, contract.Secret),
		attribute("password_hash", contract.S, contract.Secret),
	)
}

func ownProfile(of *contract.ItemType, shown ...*contract.Shown) *contract.View {
	if shown == nil {
		shown = []*contract.Shown{
			show(of, "user_id"), show(of, "display_name", orElse(`""`)), show(of, "email", orElse(`""`)), show(of, "preferences", orElse(`{}`)),
		}
	}
	return &contract.View{
		Name: "own_profile", Of: of, Roles: []string{contract.RoleAuthenticated}, Show: shown,
		Scope: []contract.Binding{bind(of.Attributes["user_id"], contract.FromID, "")},
	}
}

// The single-table, multi-tenant service.

func app() *contract.Table {
	return &contract.Table{
		Name: "app", Partition: "PK", Sort: "SK", Delimiter: "#", TTL: "expires_at",
		Indexes: []*contract.Index{{Name: "GSI1", Partition: []string{"GSI1PK"}, Sort: []string{"GSI1SK"}, Projection: contract.Projection{All: true}}},
	}
}

func task(table *contract.Table) *contract.ItemType {
	steps := attribute("steps", contract.L, contract.Ordinary)
	steps.Of = attribute("", contract.M, contract.Ordinary)
	steps.Of.Members = members(attribute("text", contract.S, contract.Ordinary), attribute("cost", contract.N, contract.Internal))
	address := attribute("address", contract.M, contract.Ordinary)
	address.Members = members(attribute("city", contract.S, contract.Ordinary), attribute("zip", contract.S, contract.Internal))
	labels := attribute("labels", contract.L, contract.Ordinary)
	labels.Of = attribute("", contract.S, contract.Ordinary)
	return declare(
		table, "Task", map[string]string{
			"PK": "TENANT#{tenant}", "SK": "PROJECT#{project}#TASK#{task}",
			"GSI1PK": "TENANT#{tenant}#USER#{assignee}", "GSI1SK": "TASK#{due}",
		},
		attribute("title", contract.S, contract.Ordinary), attribute("status", contract.S, contract.Ordinary),
		attribute("cost", contract.N, contract.Ordinary), attribute("data", contract.B, contract.Ordinary),
		attribute("done", contract.BOOL, contract.Ordinary), attribute("expires_at", contract.N, contract.Ordinary),
		attribute("watchers", contract.SS, contract.Ordinary), attribute("numbers", contract.NS, contract.Ordinary),
		labels, steps, address,
	)
}

func tasks(of *contract.ItemType, more ...contract.Binding) *contract.View {
	return &contract.View{
		Name: "tasks", Of: of, Roles: []string{contract.RoleAuthenticated},
		Scope: append([]contract.Binding{bind(of.Attributes["tenant"], contract.FromClaim, "tenant")}, more...),
		Show: []*contract.Shown{
			show(of, "project"), show(of, "task"), show(of, "title"), show(of, "status"),
			show(of, "due"), show(of, "assignee"), show(of, "steps[].text"),
		},
	}
}

// wire writes {"a":{"S":"x"}} of "a=x b=n:5 c=raw:{...}"; a value without a
// type is an S.
func wire(text string) string {
	var out []string
	for pair := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(pair, "=")
		switch {
		case strings.HasPrefix(value, "n:"):
			value = `{"N":"` + value[2:] + `"}`
		case strings.HasPrefix(value, "raw:"):
			value = value[4:]
		default:
			value = `{"S":"` + value + `"}`
		}
		out = append(out, `"`+name+`":`+value)
	}
	return "{" + strings.Join(out, ",") + "}"
}

const taskT1 = "PK=TENANT#t1 SK=PROJECT#p1#TASK#1 GSI1PK=TENANT#t1#USER#alice GSI1SK=TASK#2025-01-01"

func items(of ...string) []byte {
	return fmt.Appendf(nil, `{"Items":[%s],"Count":%d,"ScannedCount":%d}`, strings.Join(of, ","), len(of), len(of))
}

func getRoute(views ...*contract.View) *contract.Route {
	key := views[0].Of.Table.KeyNames()[0]
	r := &contract.Route{Text: "GET /get", Operation: contract.Get, Views: views}
	if key == "user_id" {
		r.Segments = []contract.Segment{{Variable: key}}
	} else {
		r.Segments = []contract.Segment{{Variable: "project"}, {Variable: "task"}}
	}
	return r
}

func listRoute(v *contract.View, index *contract.Index) *contract.Route {
	r := &contract.Route{Text: "GET /list", Operation: contract.List, Views: []*contract.View{v}, Index: index}
	for _, a := range v.Of.Attributes {
		r.Parameters = append(r.Parameters, &contract.Parameter{Name: a.Name, Attribute: a})
	}
	return r
}

func principal(id string, claims ...string) contract.Principal {
	p := contract.Principal{ID: id, Roles: []string{contract.RoleAuthenticated}, Claims: map[string]contract.Claim{}}
	for i := 0; i+1 < len(claims); i += 2 {
		p.Claims[claims[i]] = contract.Claim{Values: []string{claims[i+1]}}
	}
	return p
}

func testHash(principal, view, attribute string, value []byte) string {
	return fmt.Sprintf("%s|%s|%s|%d", principal, view, attribute, len(value))
}

func lenses(t testing.TB, r *contract.Route) view.Lenses {
	t.Helper()
	l, err := view.ForRoute(r, testHash)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func decide(t testing.TB, r *contract.Route, p contract.Principal, path map[string]string) []access.Grant {
	t.Helper()
	d, bad := access.Decide(access.Ask{Principal: p, Route: r, Path: path})
	if bad != nil {
		t.Fatal(bad)
	}
	return d.Grants
}

// get is what alice of tenant t1 sees of project p1's task 1, or of her profile.
func get(t testing.TB, r *contract.Route, answer string) (view.Visible, int, error) {
	t.Helper()
	variables := map[string]string{"project": "p1", "task": "1"}
	if len(r.Segments) == 1 {
		variables = map[string]string{"user_id": "alice"}
	}
	grants := decide(t, r, principal("alice", "tenant", "t1"), variables)
	return lenses(t, r).Get(grants, []byte(answer), now)
}

// list is a list for alice of tenant t1.
func list(t testing.TB, r *contract.Route, limit int, where ...contract.Condition) *view.List {
	t.Helper()
	grants := decide(t, r, principal("alice", "tenant", "t1"), nil)
	l, err := lenses(t, r).List(grants[0], where, limit, now)
	if err != nil {
		t.Fatal(err)
	}
	return l
}
