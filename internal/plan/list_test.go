package plan_test

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/expr"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/item"
	"github.com/discreet-dev/discreet/internal/plan"
)

// lists has every form of sort key: plain texts and numbers, templates of one
// and more variables, numbers inside a template, keys of several attributes.
const lists = `contract: 1
identity:
  - header: { id: X-User-Id, roles: X-User-Roles, from: [loopback] }
tables:
  Texts:
    partition_key: owner
    sort_key: at
    attributes: { owner: S ordinary, at: S ordinary, state: S ordinary, size: N ordinary, secret: BOOL ordinary }
    indexes:
      by_state: { partition_key: [owner, state], sort_key: [size, at] }
  Numbers:
    partition_key: owner
    sort_key: n
    attributes: { owner: S ordinary, n: N ordinary, state: S ordinary }
  app:
    partition_key: PK
    sort_key: SK
    ttl: expires
    items:
      Task:    { key: { PK: "U#{user}", SK: "TASK#{due}" }, attributes: { state: S ordinary } }
      Invoice: { key: { PK: "U#{user}", SK: "INVOICE#{number}" }, attributes: { number: N ordinary, state: S ordinary } }
      Step:    { key: { PK: "U#{user}", SK: "STEP#{task}#{step}" }, attributes: { state: S ordinary } }
views:
  texts:    { of: Texts, scope: { owner: principal.id }, show: [owner, at, state, size, secret] }
  numbers:  { of: Numbers, scope: { owner: principal.id }, show: [n, state] }
  tasks:    { of: Task, scope: { user: principal.id }, show: [user, due, state] }
  invoices: { of: Invoice, scope: { user: principal.id }, show: [number, state] }
  steps:    { of: Step, scope: { user: principal.id }, show: [task, step, state] }
  open:     { of: Step, scope: { user: principal.id, state: a }, show: [task, step, state] }
  all:      { of: Step, roles: [batch], scope: any, reason: statistics, scan: all of it, show: [task, step, state, user] }
routes:
  GET /texts:              { list: texts, parameters: { owner: ALL, at: ALL, state: ALL, size: NUMERIC, secret: [eq, ne] } }
  GET /texts/{state}:      { list: texts, index: by_state, parameters: { at: ALL, size: NUMERIC } }
  GET /texts/{state}/{size}: { list: texts, index: by_state, parameters: { at: ALL } }
  GET /numbers:            { list: numbers, parameters: { n: NUMERIC, state: ALL } }
  GET /tasks:              { list: tasks, parameters: { user: ALL, due: ALL, state: ALL } }
  GET /invoices:           { list: invoices, parameters: { number: NUMERIC, state: ALL } }
  GET /steps:              { list: steps, parameters: { task: ALL, step: ALL, state: ALL } }
  GET /steps/{task}:       { list: steps, parameters: { step: ALL, state: ALL } }
  GET /open/{task}:        { list: open, parameters: { step: ALL, state: ALL } }
  GET /all:                { list: all, parameters: { step: ALL, task: ALL, state: ALL, user: ALL } }
`

func loadLists(t testing.TB) *contract.Contract {
	numeric := "eq, ne, lt, lte, gt, gte, between"
	return load(t, strings.NewReplacer("ALL", "["+numeric+", begins_with]", "NUMERIC", "["+numeric+"]").Replace(lists))
}

// words and digits are few, so that bounds meet items.
var (
	words  = rapid.SampledFrom([]string{"a", "b", "aa", "ab", "aé", "z", "A", "a b", "~", "0"})
	digits = rapid.SampledFrom([]string{"0", "1", "2", "9", "10", "11", "100", "-1", "-10", "0.5", "1.5"})
)

// TestParametersOnlyNarrow compares what DynamoDB would read and every item's
// recheck with a filter over all items.
func TestParametersOnlyNarrow(t *testing.T) {
	c := loadLists(t)
	plans := map[*contract.Route]*plan.Plan{}
	for _, r := range c.Routes {
		plans[r] = plan.New(r, "t")
	}
	rapid.Check(t, func(rt *rapid.T) {
		r := rapid.SampledFrom(c.Routes).Draw(rt, "route")
		view := r.Views[0]
		draw := func(a *contract.Attribute, label string) string {
			switch a.Type {
			case contract.N:
				return digits.Draw(rt, label)
			case contract.BOOL:
				return rapid.SampledFrom([]string{"true", "false"}).Draw(rt, label)
			}
			return words.Draw(rt, label)
		}
		var path []string
		for _, s := range r.Segments {
			if s.Variable != "" {
				path = append(path, s.Variable, draw(view.Of.Attributes[s.Variable], s.Variable))
			}
		}
		g := granted(t, r, who("a", "batch"), path...)[0]

		query := url.Values{}
		for range rapid.IntRange(0, 3).Draw(rt, "parameters") {
			p := rapid.SampledFrom(r.Parameters).Draw(rt, "parameter")
			op := rapid.SampledFrom(p.Operators).Draw(rt, "operator")
			value := draw(p.Attribute, "value")
			switch op {
			case contract.Eq:
				query.Set(p.Name, value)
			case contract.Between:
				query.Set(p.Name+".between", value+","+draw(p.Attribute, "upper"))
			default:
				query.Set(p.Name+"."+string(op), value)
			}
		}
		conditions := where(t, r, query.Encode())
		l, err := plans[r].List(g, conditions)
		if err != nil {
			rt.Fatal(err)
		}
		var q request
		if !l.Nothing {
			q = parsed(t, l.Page(10, nil))
			keySchema(rt, g, q)
		}
		for range 12 {
			it := drawListed(rt, view.Of)
			variables, ofType := variablesOf(view.Of, r.Index, it)
			inKey := inAsked(g, it)
			wanted := inKey && ofType && naiveHolds(g, conditions, variables, it)
			if l.Nothing {
				if wanted {
					rt.Fatalf("%s: nothing is read, and %s is wanted", query.Encode(), item.AppendItem(nil, it))
				}
				continue
			}
			read := true
			for _, term := range q.keyTerms {
				v, ok := it[term.Attribute]
				read = read && ok && term.Holds(v)
			}
			if read && !inKey {
				rt.Fatalf("%s: %s is read, and not under the grant's key", query.Encode(), item.AppendItem(nil, it))
			}
			read = read && (q.filter == nil || expr.Eval(q.filter, it))
			if wanted && !read {
				rt.Fatalf("%s: %s is wanted and not read by\n%s", query.Encode(), item.AppendItem(nil, it), l.Page(10, nil).Body)
			}
			if read && ofType && !wanted && !l.Filters {
				rt.Fatalf("%s: %s is read, not wanted, and no filling is planned", query.Encode(), item.AppendItem(nil, it))
			}
		}
	})
}

// keySchema holds the key condition to what DynamoDB takes.
func keySchema(t *rapid.T, g access.Grant, q request) {
	if g.Scans() {
		if q.action != "Scan" || q.keyTerms != nil {
			t.Fatal("a scan with a key")
		}
		return
	}
	of, partition, sort := g.View().Of, []string{g.View().Of.Table.Partition}, []string{g.View().Of.Table.Sort}
	if x := g.Route().Index; x != nil {
		partition, sort = x.Partition, x.Sort
	}
	attributes := func(names []string) (out []expr.KeyAttribute) {
		for _, name := range names {
			out = append(out, expr.KeyAttribute{Name: name, Kind: item.KindOf(string(of.Attributes[name].Type))})
		}
		return out
	}
	if _, err := (expr.KeySchema{Partition: attributes(partition), Sort: attributes(sort)}).Match(q.keyTerms); err != nil {
		t.Fatalf("%v\n%v", err, q.keyTerms)
	}
	for _, p := range expr.Paths(q.filter) {
		if slices.Contains(append(partition, sort...), p[0].Name) {
			t.Fatalf("the filter names the key's %s", p[0].Name)
		}
	}
}

// drawListed is an item of the type, or near it.
func drawListed(t *rapid.T, of *contract.ItemType) item.Item {
	it := item.Item{}
	values := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(of.Attributes)) {
		values[name] = words.Draw(t, "w")
		if of.Attributes[name].Type == contract.N {
			values[name] = digits.Draw(t, "d")
		}
	}
	values["user"], values["owner"] = pickOwn(t), pickOwn(t)
	for _, name := range slices.Sorted(maps.Keys(of.Attributes)) {
		a := of.Attributes[name]
		if a.Variable || rapid.IntRange(0, 9).Draw(t, "absent") == 0 {
			continue
		}
		switch a.Type {
		case contract.S:
			it[name] = text(values[name])
		case contract.N:
			it[name] = item.Value{Kind: item.KindN, Str: values[name]}
		case contract.BOOL:
			it[name] = item.Value{Kind: item.KindBOOL, Bool: len(values[name])%2 == 0}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(of.Keys)) {
		template := of.Keys[key]
		if template.Whole {
			if of.Attributes[key].Type == contract.N {
				it[key] = item.Value{Kind: item.KindN, Str: values[key]}
			} else {
				it[key] = text(values[key])
			}
			continue
		}
		composed, _, _ := template.Compose(func(name string) (string, bool) { return values[name], true })
		it[key] = text(composed + rapid.SampledFrom([]string{"", "", "", "", "#", "#x", "$"}).Draw(t, "near"))
	}
	return it
}

func pickOwn(t *rapid.T) string {
	return rapid.SampledFrom([]string{"a", "a", "a", "aa", "b"}).Draw(t, "own")
}

// variablesOf reads all keys in use; false when the item is not of the type.
func variablesOf(of *contract.ItemType, x *contract.Index, it item.Item) (map[string]string, bool) {
	keys := of.Table.KeyNames()
	if x != nil {
		keys = append(keys, x.KeyNames()...)
	}
	out, ok := map[string]string{}, true
	for _, key := range keys {
		v, there := it[key]
		ok = ok && there && of.Keys[key].Match(v.Str, func(name, value string) {
			if have, twice := out[name]; twice && have != value {
				ok = false
			}
			out[name] = value
		})
	}
	return out, ok
}

func inAsked(g access.Grant, it item.Item) bool {
	for _, c := range g.Asked() {
		v, ok := it[c.Attribute.Name]
		if !ok || c.Operator == contract.Eq && v.Str != c.Values[0] || c.Operator == contract.BeginsWith && !strings.HasPrefix(v.Str, c.Values[0]) {
			return false
		}
	}
	return true
}

func naiveHolds(g access.Grant, conditions []contract.Condition, variables map[string]string, it item.Item) bool {
	for _, check := range g.Checks() {
		conditions = append(slices.Clone(conditions), check.Condition)
	}
	for _, c := range conditions {
		value, ok := variables[c.Attribute.Name]
		if !c.Attribute.Variable {
			var v item.Value
			v, ok = it[c.Attribute.Name]
			if value = v.Str; v.Kind == item.KindBOOL {
				value = strconv.FormatBool(v.Bool)
			}
		}
		if !ok || !compares(c, value) {
			return false
		}
	}
	return true
}

func compares(c contract.Condition, value string) bool {
	less := func(a, b string) bool { return a < b }
	if c.Attribute.Type == contract.N {
		if _, err := strconv.ParseFloat(value, 64); err != nil {
			return false
		}
		less = func(a, b string) bool {
			x, _ := strconv.ParseFloat(a, 64)
			y, _ := strconv.ParseFloat(b, 64)
			return x < y
		}
	}
	low := c.Values[0]
	switch c.Operator {
	case contract.Eq:
		return value == low
	case contract.Ne:
		return value != low
	case contract.Lt:
		return less(value, low)
	case contract.Lte:
		return !less(low, value)
	case contract.Gt:
		return less(low, value)
	case contract.Gte:
		return !less(value, low)
	case contract.Between:
		return !less(value, low) && !less(c.Values[1], value)
	case contract.BeginsWith:
		return strings.HasPrefix(value, low)
	}
	return false
}

func TestKeyConditions(t *testing.T) {
	c := loadLists(t)
	long := strings.Repeat("x", 1020)
	tests := []struct{ name, route, path, query, want string }{
		{"nothing to narrow by", "GET /tasks", "", "", `PK = U#a AND SK begins_with TASK#`},
		{"equality", "GET /tasks", "", "due=b", `PK = U#a AND SK = TASK#b`},
		{"a prefix", "GET /tasks", "", "due.begins_with=b", `PK = U#a AND SK begins_with TASK#b`},
		{"below", "GET /tasks", "", "due.lt=b", `PK = U#a AND SK BETWEEN TASK# TASK#b`},
		{"above", "GET /tasks", "", "due.gt=b", "PK = U#a AND SK BETWEEN TASK#b TASK#\U0010FFFF"},
		{"both", "GET /tasks", "", "due.gt=b&due.lte=c", `PK = U#a AND SK BETWEEN TASK#b TASK#c`},
		{"between", "GET /tasks", "", "due.between=b,c", `PK = U#a AND SK BETWEEN TASK#b TASK#c`},
		{"a hidden order stays", "GET /tasks", "", "due.ne=b", `PK = U#a AND SK begins_with TASK#`},
		{"equality and a bound that it keeps", "GET /tasks", "", "due=b&due.gte=b", `PK = U#a AND SK = TASK#b`},
		{"an empty intersection", "GET /tasks", "", "due.gt=c&due.lt=b", "nothing"},
		{"an open point", "GET /tasks", "", "due.gt=b&due.lte=b", "nothing"},
		{"bounds the wrong way round", "GET /tasks", "", "due.between=c,b", "nothing"},
		{"a parameter against the scope", "GET /tasks", "", "user=b", "nothing"},
		{"a parameter that the scope is", "GET /tasks", "", "user=a", `PK = U#a AND SK begins_with TASK#`},
		{"a bound longer than a key", "GET /tasks", "", "due.gte=" + long, `PK = U#a AND SK begins_with TASK#`},
		{"a number longer than its prefix orders", "GET /invoices", "", "number.gte=9", `PK = U#a AND SK begins_with INVOICE#`},
		{"but equals", "GET /invoices", "", "number=9.0", `PK = U#a AND SK = INVOICE#9`},
		{"a number key", "GET /numbers", "", "n.gte=9&n.lt=1e1", `owner = a AND n BETWEEN 9 10`},
		{"a number key below", "GET /numbers", "", "n.lt=9", `owner = a AND n < 9`},
		{"a text key", "GET /texts", "", "at.gt=b", `owner = a AND at > b`},
		{"behind a variable that is open", "GET /steps", "", "step=1", `PK = U#a AND SK begins_with STEP#`},
		{"the last of two variables", "GET /steps/{task}", "t", "step.lt=5", `PK = U#a AND SK BETWEEN STEP#t# STEP#t#5`},
		{"the first of two sort attributes", "GET /texts/{state}", "a", "size.gt=5", `owner = a AND state = a AND size > 5`},
		{"not the second alone", "GET /texts/{state}", "a", "at=b", `owner = a AND state = a`},
		{"the second behind the first", "GET /texts/{state}/{size}", "a,5", "at.gte=b", `owner = a AND state = a AND size = 5 AND at >= b`},
		{"a scan has no key", "GET /all", "", "step=1&task=2", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := routeOf(t, c, test.route)
			var path []string
			values := strings.Split(test.path, ",")
			for _, s := range r.Segments {
				if s.Variable != "" {
					path = append(path, s.Variable, values[len(path)/2])
				}
			}
			l, err := plan.New(r, "t").List(granted(t, r, who("a", "batch"), path...)[0], where(t, r, test.query))
			if err != nil {
				t.Fatal(err)
			}
			got := "nothing"
			if !l.Nothing {
				var terms []string
				for _, k := range parsed(t, l.Page(1, nil)).keyTerms {
					term := k.Attribute + " " + k.Op
					for _, v := range k.Values {
						term += " " + v.Str
					}
					terms = append(terms, term)
				}
				got = strings.Join(terms, " AND ")
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestAParameterThatATemplateRefusesIsForbidden(t *testing.T) {
	c := loadLists(t)
	r := routeOf(t, c, "GET /tasks")
	_, err := plan.New(r, "t").List(granted(t, r, who("a"))[0], where(t, r, "due.gte=x%23y"))
	if err == nil || fault.Of(err).Kind != fault.Forbidden || strings.Contains(err.Error(), "x#y") {
		t.Errorf("%v", err)
	}
}

// TestParametersAreOfTheGrantsOwnType: the views of a list may be of two item
// types, of which one stores what the other has in its key.
func TestParametersAreOfTheGrantsOwnType(t *testing.T) {
	c := load(t, `contract: 1
identity:
  - header: { id: X-User-Id, roles: X-User-Roles, from: [loopback] }
tables:
  app:
    partition_key: PK
    sort_key: SK
    items:
      Stored: { key: { PK: "U#{user}", SK: "STORED#{name}" }, attributes: { state: S ordinary } }
      Keyed:  { key: { PK: "U#{user}", SK: "KEYED#{state}" }, attributes: { name: S ordinary } }
views:
  stored: { of: Stored, roles: [staff], scope: { user: principal.id }, show: [name, state] }
  keyed:  { of: Keyed, scope: { user: principal.id }, show: [name, state] }
routes:
  GET /things: { list: [stored, keyed], parameters: { state: eq, name: eq } }
`)
	r := routeOf(t, c, "GET /things")
	p := plan.New(r, "t")
	for _, test := range []struct {
		as   contract.Principal
		want string
	}{{who("a", "staff"), "SK=STORED#n state="}, {who("a"), "SK=KEYED#s name="}} {
		l, err := p.List(granted(t, r, test.as)[0], where(t, r, "state=s&name=n"))
		if err != nil {
			t.Fatal(err)
		}
		q := parsed(t, l.Page(1, nil))
		got := q.keyTerms[1].Attribute + "=" + q.keyTerms[1].Values[0].Str
		for _, path := range expr.Paths(q.filter) {
			got += " " + path[0].Name + "="
		}
		if got != test.want {
			t.Errorf("%v: %s, want %s", test.as.Roles, got, test.want)
		}
	}
}

func TestPagesDifferInLimitAndStartAlone(t *testing.T) {
	c := loadLists(t)
	r := routeOf(t, c, "GET /texts")
	l, err := plan.New(r, "t").List(granted(t, r, who("a"))[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	first, next := parsed(t, l.Page(3, nil)), parsed(t, l.Page(5, []byte(`{"owner":{"S":"a"},"at":{"S":"b"}}`)))
	if string(first.tree["Limit"]) != "3" || first.tree["ExclusiveStartKey"] != nil {
		t.Errorf("the first page: %s", l.Page(3, nil).Body)
	}
	if string(next.tree["Limit"]) != "5" || string(next.tree["ExclusiveStartKey"]) != `{"owner":{"S":"a"},"at":{"S":"b"}}` {
		t.Errorf("the next page: %v", next.tree)
	}
	if got := l.Want(21, 2000); got != 21 {
		t.Errorf("an exact list reads %d", got)
	}
	l.Filters = true
	if got := l.Want(21, 2000); got != 100 {
		t.Errorf("a list that filters reads %d", got)
	}
	if got := l.Want(21, 7); got != 7 {
		t.Errorf("a list at its bound reads %d", got)
	}
}
