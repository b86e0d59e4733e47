package plan_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/expr"
	"github.com/discreet-dev/discreet/internal/item"
	"github.com/discreet-dev/discreet/internal/parse"
	"github.com/discreet-dev/discreet/internal/plan"
	"github.com/discreet-dev/discreet/internal/route"
)

var update = flag.Bool("update", false, "write the golden files")

// moment is a plan's clock and source of ids.
var moment = plan.Moment{Now: time.Unix(1900000000, 0), NewID: func() string { return "NEW" }}

func load(t testing.TB, text string) *contract.Contract {
	t.Helper()
	c, problems := parse.Contract("discreet.yaml", []byte(text))
	if c == nil {
		t.Fatalf("the contract is refused:\n%v", problems)
	}
	return c
}

func loadFile(t testing.TB, path string) *contract.Contract {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return load(t, string(text))
}

func routeOf(t testing.TB, c *contract.Contract, text string) *contract.Route {
	t.Helper()
	i := slices.IndexFunc(c.Routes, func(r *contract.Route) bool { return r.Text == text })
	if i < 0 {
		t.Fatalf("no route %s", text)
	}
	return c.Routes[i]
}

// who is a principal: an id, then roles, and claims as name=value.
func who(id string, more ...string) contract.Principal {
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

// granted decides a request, "id role claim=value" asking for a route with path
// values.
func granted(t testing.TB, r *contract.Route, p contract.Principal, path ...string) []access.Grant {
	t.Helper()
	values := map[string]string{}
	for i := 0; i+1 < len(path); i += 2 {
		values[path[i]] = path[i+1]
	}
	d, bad := access.Decide(access.Ask{Principal: p, Route: r, Path: values})
	if bad != nil {
		t.Fatalf("%s: %v", r.Text, bad)
	}
	return d.Grants
}

// where are the conditions of a query string.
func where(t testing.TB, r *contract.Route, query string) []contract.Condition {
	t.Helper()
	s, bad := route.Select(r, query)
	if bad != nil {
		t.Fatalf("%s?%s: %s", r.Text, query, bad.Public())
	}
	return s.Where
}

// request is a DynamoDB request with its expressions parsed.
type request struct {
	action     string
	tree       map[string]json.RawMessage
	key        item.Item
	names      map[string]string
	projection []expr.Path
	keyTerms   []expr.KeyTerm
	filter     expr.Condition
	condition  expr.Condition
	update     expr.Update
}

// aliased is an expression in which no name and no value stands by itself.
var aliased = regexp.MustCompile(`^(#\d+|:\d+|[(),.=<>+ ]|AND|OR|NOT|BETWEEN|SET|REMOVE|attribute_exists|attribute_not_exists|attribute_type|begins_with|contains|if_not_exists)*$`)

// parsed reads a request as DynamoDB would: every expression in its grammar,
// every alias used and defined, no paths that overlap.
func parsed(t testing.TB, op plan.Operation) request {
	t.Helper()
	q := request{action: op.Action}
	fail := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s %s\n%v", op.Action, op.Body, err)
		}
	}
	fail(json.Unmarshal(op.Body, &q.tree))
	if inner, ok := q.tree["RequestItems"]; ok {
		var tables map[string]map[string]json.RawMessage
		fail(json.Unmarshal(inner, &tables))
		for _, one := range tables {
			q.tree = one
		}
	}
	text := func(name string) string {
		raw, ok := q.tree[name]
		if !ok {
			return ""
		}
		var s string
		fail(json.Unmarshal(raw, &s))
		if s == "" || !aliased.MatchString(s) || len(s) > expr.MaxSize {
			t.Fatalf("%s of %s is %q", name, op.Action, s)
		}
		return s
	}
	if raw, ok := q.tree["ExpressionAttributeNames"]; ok {
		fail(json.Unmarshal(raw, &q.names))
	}
	var values item.Item
	var err error
	if raw, ok := q.tree["ExpressionAttributeValues"]; ok {
		values, err = item.DecodeItem(raw)
		fail(err)
	}
	if raw, ok := q.tree["Key"]; ok {
		q.key, err = item.DecodeItem(raw)
		fail(err)
	}
	p, err := expr.NewParser(q.names, values)
	fail(err)
	if s := text("ProjectionExpression"); s != "" {
		q.projection, err = p.Projection(s)
		fail(err)
	}
	if s := text("KeyConditionExpression"); s != "" {
		q.keyTerms, err = p.KeyCondition(s)
		fail(err)
	}
	if s := text("FilterExpression"); s != "" {
		q.filter, err = p.Condition(expr.Filter, s)
		fail(err)
	}
	if s := text("ConditionExpression"); s != "" {
		q.condition, err = p.Condition(expr.Check, s)
		fail(err)
	}
	if s := text("UpdateExpression"); s != "" {
		q.update, err = p.Update(s)
		fail(err)
	}
	fail(p.Unused())
	return q
}

// paths is the projection in a reader's words, sorted.
func (q request) paths() string {
	var out []string
	for _, p := range q.projection {
		var names []string
		for _, s := range p {
			names = append(names, s.Name)
		}
		out = append(out, strings.Join(names, "/"))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// TestRequests holds each operation's whole requests, for the eye of a reviewer.
func TestRequests(t *testing.T) {
	profiles, saas, orders := loadFile(t, "../../examples/profiles/discreet.yaml"), loadFile(t, "../../examples/saas/discreet.yaml"), loadFile(t, "../../examples/orders/discreet.yaml")
	ann := who("ann", "tenant=acme")
	var out bytes.Buffer
	show := func(name string, ops ...plan.Operation) {
		out.WriteString("## " + name + "\n")
		for _, op := range ops {
			parsed(t, op)
			out.WriteString(op.Action + " ")
			if err := json.Indent(&out, op.Body, "", "  "); err != nil {
				t.Fatal(err)
			}
			out.WriteString("\n")
		}
		out.WriteString("\n")
	}
	get := func(name string, c *contract.Contract, text string, p contract.Principal, consistent bool, path ...string) {
		r := routeOf(t, c, text)
		op, err := plan.New(r, "physical").Get(granted(t, r, p, path...), consistent)
		if err != nil {
			t.Fatal(err)
		}
		show(name, op)
	}
	list := func(name string, c *contract.Contract, text string, p contract.Principal, query string, path ...string) {
		r := routeOf(t, c, text)
		l, err := plan.New(r, "physical").List(granted(t, r, p, path...)[0], where(t, r, query))
		if err != nil || l.Nothing {
			t.Fatal(name, err, l.Nothing)
		}
		show(name, l.Page(21, nil))
	}
	patch := func(name string, c *contract.Contract, text string, p contract.Principal, seen plan.Seen, body string, path ...string) {
		r := routeOf(t, c, text)
		w, err := plan.New(r, "physical").Update(granted(t, r, p, path...)[0], []byte(body), seen, moment)
		if err != nil {
			t.Fatal(err)
		}
		show(name, append([]plan.Operation{w.Operation}, w.Ensure...)...)
	}
	create := func(name string, c *contract.Contract, text string, p contract.Principal, body string, path ...string) {
		r := routeOf(t, c, text)
		made, err := plan.New(r, "physical").Create(granted(t, r, p, path...)[0], []byte(body), moment)
		if err != nil {
			t.Fatal(err)
		}
		show(name, made.Operation)
	}

	get("a get", profiles, "GET /api/profiles/{user_id}", who("alice"), false, "user_id", "alice")
	get("a consistent get", profiles, "GET /api/profiles/{user_id}", who("carol", "support"), true, "user_id", "bob")
	get("a get of three views", orders, "GET /orders/{order_id}", who("eve", "admin", "support"), false, "order_id", "o1")
	get("a get of a composed key", saas, "GET /me", ann, false)
	list("a list", profiles, "GET /api/profile", who("alice"), "")
	list("a list by prefix", saas, "GET /projects", ann, "")
	list("a list with a filter", saas, "GET /projects/{project}/tasks", ann, "status=open", "project", "p1")
	list("a list of an index, descending", orders, "GET /orders", who("alice"), "")
	list("a list of an index with bounds and a filter", orders, "GET /orders", who("alice"), "placed_at.gte=2030-01-01&placed_at.lt=2030-02-01&state=sent")
	list("a list of an index with composed bounds", saas, "GET /me/tasks", ann, "due.gte=2030-01-01")

	r := routeOf(t, orders, "GET /customers/{customer_id}/orders")
	reread, err := plan.New(r, "physical").Reread(granted(t, r, who("eve", "admin"), "customer_id", "alice")[0], [][]byte{[]byte(`{"order_id":{"S":"o1"}}`), []byte(`{"order_id":{"S":"o2"}}`)})
	if err != nil {
		t.Fatal(err)
	}
	show("entries of an index read again", reread)

	create("a create", orders, "POST /orders", who("alice"), `{"note":"ring","address":{"street":"Main","city":null}}`)
	create("a create of a composed key", saas, "POST /projects", who("ann", "admin", "tenant=acme"), `{"name":"Roof"}`)
	patch("an update", profiles, "PATCH /api/profile", who("alice"), plan.Seen{}, `{"display_name":null,"preferences":{"theme":"dark","mail":{"weekly":true}}}`)
	patch("an update of a known version, owned by data", orders, "PATCH /orders/{order_id}", who("alice"), plan.Seen{Any: true, Version: "7"}, `{"note":"ring twice"}`, "order_id", "o1")
	patch("an update that moves an index entry", saas, "PATCH /projects/{project}/tasks/{task}", ann, plan.Seen{}, `{"due":"2031-01-01","title":"Tiles"}`, "project", "p1", "task", "t1")

	deletes := load(t, strings.Replace(special, "PATCH /things/{key}: { update: things }", "DELETE /things/{key}: { delete: things }", 1))
	r = routeOf(t, deletes, "DELETE /things/{key}")
	w, err := plan.New(r, "physical").Delete(granted(t, r, who("alice"), "key", "k")[0], plan.Seen{}, moment)
	if err != nil {
		t.Fatal(err)
	}
	show("a delete", w.Operation)

	const golden = "testdata/requests.golden"
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, out.Bytes()) {
		t.Errorf("the requests differ from %s; look at the difference, then run with -update\n%s", golden, out.Bytes())
	}
}

// special has names that mean something in an expression: reserved words, dots,
// placeholders, letters of other scripts.
const special = `contract: 1
identity:
  - header: { id: X-User-Id, roles: X-User-Roles, from: [loopback] }
tables:
  Things:
    partition_key: key
    ttl: ttl
    version: values
    attributes:
      key:       S ordinary
      ttl:       N ordinary
      values:    N ordinary
      size:      S ordinary
      "` + "`a.b`" + `": S ordinary
      "#0":      S ordinary
      ":0":      S ordinary
      größe:     S ordinary
      "x AND y": S ordinary
      owner:     S internal
      hidden:    S internal
      map:       { type: M, class: ordinary, attributes: { select: S ordinary, "` + "`c.d`" + `": S ordinary, hidden: S internal } }
      list:      { type: L, class: ordinary, of: { type: M, attributes: { name: S ordinary, cost: N internal } } }
views:
  things:
    of: Things
    scope: { owner: principal.id }
    show: [key, size, "` + "`a.b`" + `", "#0", ":0", größe, "x AND y", map.select, "map.` + "`c.d`" + `", "list[].name"]
    write: [size, "` + "`a.b`" + `", "#0", ":0", größe, "x AND y", map.select, "map.` + "`c.d`" + `"]
routes:
  GET /things/{key}: { get: things }
  PATCH /things/{key}: { update: things }
`

func TestNamesThatMeanSomethingMeanNothing(t *testing.T) {
	c := load(t, special)
	r := routeOf(t, c, "GET /things/{key}")
	op, err := plan.New(r, "t").Get(granted(t, r, who("alice"), "key", "k"), false)
	if err != nil {
		t.Fatal(err)
	}
	want := "#0 :0 a.b größe key list map/c.d map/select owner size ttl x AND y"
	if got := parsed(t, op).paths(); got != want {
		t.Errorf("projected %s\nwant %s", got, want)
	}
	r = routeOf(t, c, "PATCH /things/{key}")
	w, err := plan.New(r, "t").Update(granted(t, r, who("alice"), "key", "k")[0],
		[]byte(`{"size":"1","a.b":"2","#0":"3",":0":"4","größe":"5","x AND y":"6","map":{"select":"7","c.d":"8"}}`), plan.Seen{}, moment)
	if err != nil {
		t.Fatal(err)
	}
	before := item.Item{
		"key": text("k"), "owner": text("alice"), "hidden": text("h"),
		"map": {Kind: item.KindM, Map: item.Item{"hidden": text("m")}},
	}
	after := sent(t, before, w)
	wantItem := item.Item{
		"key": text("k"), "owner": text("alice"), "hidden": text("h"), "values": {Kind: item.KindN, Str: "1"},
		"size": text("1"), "a.b": text("2"), "#0": text("3"), ":0": text("4"), "größe": text("5"), "x AND y": text("6"),
		"map": {Kind: item.KindM, Map: item.Item{"hidden": text("m"), "select": text("7"), "c.d": text("8")}},
	}
	if !item.EqualItems(after, wantItem) {
		t.Errorf("stored %s", item.AppendItem(nil, after))
	}
}

// TestProjectionsHoldWhatIsNeededAndNoMore holds every route of the examples.
func TestProjectionsHoldWhatIsNeededAndNoMore(t *testing.T) {
	tests := []struct {
		file, route string
		as          contract.Principal
		path        []string
		want        string
	}{
		{"profiles", "GET /api/profile", who("alice"), nil, "display_name email preferences user_id"},
		{"profiles", "GET /api/profiles/{user_id}", who("bob", "support"), []string{"user_id", "alice"}, "display_name email user_id"},
		{"profiles", "GET /api/profiles/{user_id}", who("alice", "support"), []string{"user_id", "alice"}, "display_name email preferences user_id"},
		{"saas", "GET /me", who("ann", "tenant=acme"), nil, "PK SK email expires_at name"},
		{"saas", "GET /projects", who("ann", "tenant=acme", "admin"), nil, "PK SK expires_at margin name status"},
		{"saas", "GET /projects", who("ann", "tenant=acme"), nil, "PK SK expires_at name status"},
		{"saas", "GET /projects/{project}/tasks", who("ann", "tenant=acme"), []string{"project", "p"}, "GSI1PK GSI1SK PK SK expires_at status steps title"},
		{"saas", "GET /me/tasks", who("ann", "tenant=acme"), nil, "GSI1PK GSI1SK PK SK expires_at status steps title"},
		{"orders", "GET /orders", who("alice"), nil, "currency customer_id items order_id placed_at state total"},
		{"orders", "GET /orders/{order_id}", who("alice"), []string{"order_id", "o"}, "address/city address/phone address/street currency customer_id items note order_id placed_at state total"},
		{"orders", "GET /orders/{order_id}", who("s", "support"), []string{"order_id", "o"}, "address/city address/phone currency customer_id order_id placed_at state total"},
	}
	for _, test := range tests {
		c := loadFile(t, "../../examples/"+test.file+"/discreet.yaml")
		r := routeOf(t, c, test.route)
		grants := granted(t, r, test.as, test.path...)
		p := plan.New(r, "t")
		var op plan.Operation
		var err error
		if r.Operation == contract.List {
			var l plan.Listing
			l, err = p.List(grants[0], nil)
			op = l.Page(1, nil)
		} else {
			op, err = p.Get(grants, false)
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := parsed(t, op).paths(); got != test.want {
			t.Errorf("%s as %s %v:\n got %s\nwant %s", test.route, test.as.ID, test.as.Roles, got, test.want)
		}
	}
}

func TestWithoutAGrantThereIsNoRequest(t *testing.T) {
	c := loadFile(t, "../../examples/profiles/discreet.yaml")
	r, other := routeOf(t, c, "GET /api/profile"), routeOf(t, c, "PATCH /api/profile")
	p := plan.New(r, "t")
	ofOther := granted(t, other, who("alice"))[0]
	for name, g := range map[string]access.Grant{"a zero grant": {}, "another route's": ofOther} {
		_, err1 := p.Get([]access.Grant{g}, false)
		_, err2 := p.List(g, nil)
		_, err3 := p.Reread(g, nil)
		_, err4 := p.Create(g, []byte("{}"), moment)
		_, err5 := p.Update(g, []byte("{}"), plan.Seen{}, moment)
		_, err6 := p.Delete(g, plan.Seen{}, moment)
		for i, err := range []error{err1, err2, err3, err4, err5, err6} {
			if err == nil {
				t.Errorf("%s plans operation %d", name, i)
			}
		}
	}
	if _, err := p.Get(nil, false); err == nil {
		t.Error("no grant plans a get")
	}
}
