package view_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
	"github.com/discreet-dev/discreet/internal/view"
)

// numbered are tasks of tenant t1 with these numbers.
func numbered(numbers ...int) []string {
	var out []string
	for _, n := range numbers {
		out = append(out, wire(fmt.Sprintf("PK=TENANT#t1 SK=PROJECT#p1#TASK#%d title=n%d", n, n)))
	}
	return out
}

// titles is a list's body with the titles alone.
func titles(of *contract.ItemType) *contract.View {
	v := tasks(of)
	v.Show = []*contract.Shown{show(of, "title")}
	return v
}

func TestAListCollectsUpToItsLimitAndLooksOneFurther(t *testing.T) {
	r := listRoute(titles(task(app())), nil)
	l := list(t, r, 3)
	if err := l.Add(items(numbered(1, 2)...)); err != nil {
		t.Fatal(err)
	}
	if l.Items() != 2 || l.More() || l.Evaluated() != 2 || l.LastEvaluated() != nil {
		t.Error("after two:", l.Items(), l.More(), l.Evaluated(), l.LastEvaluated())
	}
	next := `{"PK":{"S":"TENANT#t1"}, "SK":{"S":"PROJECT#p1#TASK#9"}}`
	answer := `{"LastEvaluatedKey":` + next + `,"ScannedCount":40,"Count":3,"Items":[` + strings.Join(numbered(3, 4, 5), ", ") + `]}`
	if err := l.Add([]byte(answer)); err != nil {
		t.Fatal(err)
	}
	if l.Items() != 3 || !l.More() || l.Evaluated() != 42 || string(l.LastEvaluated()) != next {
		t.Error("after five:", l.Items(), l.More(), l.Evaluated(), string(l.LastEvaluated()))
	}
	if got := string(l.LastKey()); got != `{"PK":{"S":"TENANT#t1"},"SK":{"S":"PROJECT#p1#TASK#3"}}` {
		t.Errorf("the last key is %s", got)
	}
	if v := l.Visible(); string(v.Body()) != `[{"title":"n1"},{"title":"n2"},{"title":"n3"}]` || v.Items() != 3 {
		t.Errorf("shows %s", v.Body())
	}
}

func TestAnEmptyListIsAnEmptyArray(t *testing.T) {
	l := list(t, listRoute(titles(task(app())), nil), 3)
	if v := l.Visible(); string(v.Body()) != `[]` || v.ETag() == "" || l.LastKey() != nil {
		t.Errorf("%s", v.Body())
	}
}

func TestTheLastKeyOfAnIndexHasBothKeys(t *testing.T) {
	of := task(app())
	v := titles(of)
	v.Scope = append(v.Scope, bind(of.Attributes["assignee"], contract.FromID, ""))
	l := list(t, listRoute(v, of.Table.Indexes[0]), 3)
	if err := l.Add(items(wire(taskT1), wire(strings.Replace(taskT1, "TASK#2025", `TASK#\u0032025`, 1)))); err != nil {
		t.Fatal(err)
	}
	want := `{"PK":{"S":"TENANT#t1"},"SK":{"S":"PROJECT#p1#TASK#1"},"GSI1PK":{"S":"TENANT#t1#USER#alice"},"GSI1SK":{"S":"TASK#2025-01-01"}}`
	if string(l.LastKey()) != want {
		t.Errorf("got %s", l.LastKey())
	}
}

// Leak ledger, rows 12, 13 and 31: every item is held to what was asked, then to
// its type and the scope.
func TestEveryItemOfAListIsRechecked(t *testing.T) {
	of := task(app())
	byTenant := titles(of)
	byUser := titles(of)
	byUser.Scope = append(byUser.Scope, bind(of.Attributes["assignee"], contract.FromID, ""))
	byTitle := titles(of)
	byTitle.Scope = append(byTitle.Scope, bind(of.Attributes["status"], contract.FromID, ""))
	index := of.Table.Indexes[0]
	for _, test := range []struct {
		name  string
		view  *contract.View
		index *contract.Index
		item  string
		shown bool
		err   error
	}{
		{"as asked", byTenant, nil, taskT1, true, nil},
		{"another partition", byTenant, nil, strings.Replace(taskT1, "t1", "t2", 1), false, view.ErrNotAsked},
		{"a partition key of another type", byTenant, nil, "PK=n:1 SK=PROJECT#p1#TASK#1", false, view.ErrNotAsked},
		{"no partition key", byTenant, nil, "SK=PROJECT#p1#TASK#1", false, view.ErrNotAsked},
		{"outside the sort key's prefix", byTenant, nil, "PK=TENANT#t1 SK=USER#u", false, view.ErrNotAsked},
		{"another type under the prefix", byTenant, nil, "PK=TENANT#t1 SK=PROJECT#p1", false, nil},
		{"a longer key under the prefix", byTenant, nil, "PK=TENANT#t1 SK=PROJECT#p1#TASK#1#COMMENT#2", false, nil},
		{"an empty variable", byTenant, nil, "PK=TENANT#t1 SK=PROJECT##TASK#1", false, nil},
		{"a sort key of another type", byTenant, nil, "PK=TENANT#t1 SK=n:1", false, view.ErrNotAsked},
		{"through the index, as asked", byUser, index, taskT1, true, nil},
		{"another user's entry", byUser, index, strings.Replace(taskT1, "USER#alice", "USER#bob", 1), false, view.ErrNotAsked},
		{"an entry without the index's key", byUser, index, "PK=TENANT#t1 SK=PROJECT#p1#TASK#1", false, view.ErrNotAsked},
		{"an entry whose base is another tenant's", byUser, index, strings.Replace(taskT1, "PK=TENANT#t1", "PK=TENANT#t2", 1), false, nil},
		{"an entry of another type", byUser, index, strings.Replace(taskT1, "SK=PROJECT#p1#TASK#1", "SK=NOTE#1", 1), false, nil},
		{"out of the stored scope", byTitle, nil, taskT1 + " status=bob", false, nil},
		{"without the stored scope", byTitle, nil, taskT1, false, nil},
		{"in the stored scope", byTitle, nil, taskT1 + " status=alice", true, nil},
		{"past its time", byTenant, nil, taskT1 + " expires_at=n:1699999999", false, nil},
	} {
		l := list(t, listRoute(test.view, test.index), 3)
		err := l.Add(items(wire(test.item)))
		if !errors.Is(err, test.err) || l.Items() != map[bool]int{true: 1}[test.shown] {
			t.Errorf("%s: %d items, %v", test.name, l.Items(), err)
		}
		if err != nil && (l.Visible().Body() != nil || l.Add(items()) == nil) {
			t.Errorf("%s: the list goes on after the error", test.name)
		}
	}
}

func TestAConstantTellsTypesApart(t *testing.T) {
	of := task(app())
	of.Only = []contract.Constraint{{Attribute: of.Attributes["cost"], Value: contract.Constant{Type: contract.N, Text: "10"}}}
	l := list(t, listRoute(titles(of), nil), 9)
	err := l.Add(items(wire(taskT1+" cost=n:10 title=yes"), wire(taskT1+" cost=n:1e1 title=yes"), wire(taskT1+" cost=10 title=no"), wire(taskT1+" title=no"), wire(taskT1+" cost=n:11 title=no")))
	if got := l.Visible().Body(); err != nil || string(got) != `[{"title":"yes"},{"title":"yes"}]` {
		t.Errorf("%s %v", got, err)
	}
}

func TestConditionsSelect(t *testing.T) {
	of := task(app())
	r := listRoute(titles(of), nil)
	for _, test := range []struct {
		attribute string
		operator  contract.Operator
		values    string
		yes, no   string // stored values, space between
	}{
		{"status", contract.Eq, "open", `open \u006fpen`, `Open opened n:1 raw:{"NULL":true}`},
		{"status", contract.Ne, "open", `done Open`, `open n:1`},
		{"status", contract.Lt, "é", `e z`, `é ê`},
		{"status", contract.Lte, "b", `a b B`, `ba c`},
		{"status", contract.Gt, "b", `ba c é`, `a b`},
		{"status", contract.Gte, "b", `b c`, `a B`},
		{"status", contract.Between, "b d", `b c d`, `a da`},
		{"status", contract.BeginsWith, "ab", `ab abc a\u0062c`, `a bab n:1`},
		{"cost", contract.Eq, "10", `n:10 n:1E+1 n:10.0`, `10 n:100 n:x`},
		{"cost", contract.Lt, "10", `n:9 n:-100 n:9.99`, `n:10 n:100 9`},
		{"cost", contract.Gte, "-1.5", `n:-1.5 n:0 n:-1`, `n:-2 n:-1.51`},
		{"cost", contract.Between, "-5 5", `n:-5 n:0 n:5`, `n:-6 n:6 n:50`},
		{"cost", contract.Gt, "x", ``, `n:5 n:-5`},
		{"cost", contract.BeginsWith, "1", ``, `n:1 n:10`},
		{"data", contract.Eq, "AAH/", `raw:{"B":"AAH/"} raw:{"B":"AAH\/"}`, `raw:{"B":"AAH+"} AAH/ raw:{"B":"A"}`},
		{"data", contract.Gt, "AAH/", `raw:{"B":"AAL+"} raw:{"B":"AAH/AA=="}`, `raw:{"B":"AAH/"} raw:{"B":"AAHa"}`},
		{"data", contract.BeginsWith, "AAE=", `raw:{"B":"AAH/"}`, `raw:{"B":"AAAB"}`},
		{"done", contract.Eq, "true", `raw:{"BOOL":true}`, `raw:{"BOOL":false} true`},
		{"done", contract.Ne, "true", `raw:{"BOOL":false}`, `raw:{"BOOL":true}`},
		{"done", contract.Gt, "false", ``, `raw:{"BOOL":true}`},
	} {
		for want, stored := range map[bool]string{true: test.yes, false: test.no} {
			for value := range strings.FieldsSeq(stored) {
				l := list(t, r, 9, contract.Condition{Attribute: of.Attributes[test.attribute], Operator: test.operator, Values: strings.Fields(test.values)})
				if err := l.Add(items(wire("PK=TENANT#t1 SK=PROJECT#p1#TASK#1 " + test.attribute + "=" + value))); err != nil || (l.Items() == 1) != want {
					t.Errorf("%s of %s %s %s: %d items, %v", value, test.attribute, test.operator, test.values, l.Items(), err)
				}
			}
		}
		l := list(t, r, 9, contract.Condition{Attribute: of.Attributes[test.attribute], Operator: test.operator, Values: strings.Fields(test.values)})
		if err := l.Add(items(wire("PK=TENANT#t1 SK=PROJECT#p1#TASK#1"))); err != nil || l.Items() != 0 {
			t.Errorf("an item without %s satisfies %s", test.attribute, test.operator)
		}
	}
}

func TestConditionsSelectByVariables(t *testing.T) {
	of := task(app())
	due := contract.Condition{Attribute: of.Attributes["due"], Operator: contract.Lt, Values: []string{"2025-06-01"}}
	l := list(t, listRoute(titles(of), nil), 9, due)
	err := l.Add(items(wire(taskT1+" title=yes"), wire(strings.Replace(taskT1, "2025-01-01", "2025-07-01", 1)), wire("PK=TENANT#t1 SK=PROJECT#p1#TASK#1 due=2025-01-01")))
	if got := l.Visible().Body(); err != nil || string(got) != `[{"title":"yes"}]` {
		t.Errorf("%s %v", got, err)
	}
}

func TestAConditionThatCannotBeCheckedBeginsNoList(t *testing.T) {
	of := task(app())
	r := listRoute(titles(of), nil)
	r.Parameters = nil
	grant := decide(t, r, principal("alice", "tenant", "t1"), nil)[0]
	for name, c := range map[string]contract.Condition{
		"an attribute that was not foreseen": {Attribute: of.Attributes["status"], Operator: contract.Eq, Values: []string{"a"}},
		"an attribute that does not exist":   {Attribute: attribute("x", contract.S, contract.Ordinary), Operator: contract.Eq, Values: []string{"a"}},
		"one value for between":              {Attribute: of.Attributes["tenant"], Operator: contract.Between, Values: []string{"a"}},
	} {
		if _, err := lenses(t, r).List(grant, []contract.Condition{c}, 1, now); err == nil {
			t.Errorf("%s: begins", name)
		}
	}
}

func TestAListNeedsAGrantToList(t *testing.T) {
	v := ownProfile(profiles())
	r, one := listRoute(v, nil), getRoute(v)
	for name, g := range map[string]access.Grant{
		"zero":   {},
		"to get": decide(t, one, principal("alice"), map[string]string{"user_id": "alice"})[0],
		"other":  decide(t, listRoute(ownProfile(profiles()), nil), principal("alice"), nil)[0],
	} {
		if _, err := lenses(t, r).List(g, nil, 1, now); !errors.Is(err, view.ErrNotGranted) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMalformedListAnswersAreRefused(t *testing.T) {
	r := listRoute(titles(task(app())), nil)
	one := numbered(1)[0]
	for _, answer := range []string{
		``, `{}`, `[]`, `{"Count":0,"ScannedCount":0}`, `{"Items":{}}`, `{"Items":null}`, `{"Items":[` + one + `}`, `{"Items":[` + one + `,]}`,
		`{"Items":[` + one + `]}x`, `{"Items":[],"Items":[` + one + `]}`, `{"Items":[],"\u0049tems":[]}`, `{"Items":[],"ScannedCount":-1}`, `{"Items":[],"ScannedCount":1.5}`,
		`{"Items":[],"ScannedCount":"1"}`, `{"Items":[],"ScannedCount":1,"ScannedCount":1}`, `{"Items":[],"ScannedCount":99999999999}`,
		`{"Items":[],"LastEvaluatedKey":null}`, `{"Items":[],"LastEvaluatedKey":{"PK":{"S":"TENANT#t1"},"SK":{"S":"PROJECT#"}},"LastEvaluatedKey":{"PK":{"S":"TENANT#t1"},"SK":{"S":"PROJECT#"}}}`,
		`{"Items":["x"]}`, `{"Items":[` + one + one + `]}`,
	} {
		l := list(t, r, 9)
		if err := l.Add([]byte(answer)); !errors.Is(err, item.ErrMalformed) || l.Visible().Body() != nil {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

func TestAStoresNextKeyOutsideTheQuestionIsRefused(t *testing.T) {
	l := list(t, listRoute(titles(task(app())), nil), 9)
	if err := l.Add([]byte(`{"Items":[],"LastEvaluatedKey":{"PK":{"S":"TENANT#t2"},"SK":{"S":"PROJECT#p"}}}`)); !errors.Is(err, view.ErrNotAsked) {
		t.Error(err)
	}
}

func TestMistypedValuesAreCounted(t *testing.T) {
	of := task(app())
	v := tasks(of)
	v.Show = []*contract.Shown{show(of, "title"), show(of, "steps[].text")}
	l := list(t, listRoute(v, nil), 9)
	bad := wire(taskT1 + ` title=n:1 steps=raw:{"L":[{"M":{"text":{"N":"1"}}},{"S":"x"}]}`)
	if err := l.Add(items(bad, bad)); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(l.Visible().Mistyped()); got != "[{title 2} {steps[] 2} {steps[].text 2}]" {
		t.Errorf("counted %s", got)
	}
}

func TestASteadyListAllocatesNothingPerItem(t *testing.T) {
	r := listRoute(ownProfile(profiles()), nil)
	ls := lenses(t, r)
	grant := decide(t, r, principal("alice"), nil)[0]
	allocs := func(n int) float64 {
		var all []string
		for i := range n {
			all = append(all, kilobyte(i))
		}
		answer := items(all...)
		return testing.AllocsPerRun(20, func() {
			l, err := ls.List(grant, nil, n, now)
			if err == nil {
				err = l.Add(answer)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
	}
	// What is left is the growth of the body.
	if few, many := allocs(10), allocs(400); many-few > 25 {
		t.Errorf("%v allocations for 10 items, %v for 400", few, many)
	}
}

// fresh is alice's tasks through the index, read again from the table.
func fresh(t *testing.T, limit int) *view.List {
	of := task(app())
	v := titles(of)
	v.Fresh = true
	v.Scope = append(v.Scope, bind(of.Attributes["assignee"], contract.FromID, ""))
	return list(t, listRoute(v, of.Table.Indexes[0]), limit)
}

func indexed(n int, more string) string {
	return wire(fmt.Sprintf("PK=TENANT#t1 SK=PROJECT#p1#TASK#%d GSI1PK=TENANT#t1#USER#alice GSI1SK=TASK#%d %s", n, n, more))
}

func keyOf(n int) string { return wire(fmt.Sprintf("PK=TENANT#t1 SK=PROJECT#p1#TASK#%d", n)) }

// Leak ledger, row 12.
func TestAFreshListShowsTheTableInTheOrderOfTheIndex(t *testing.T) {
	l := fresh(t, 2)
	other := strings.Replace(indexed(7, ""), "PROJECT#p1#TASK#7", "NOTE#7", 1)
	keys, err := l.Entries(items(indexed(4, ""), indexed(1, "title=stale"), other, indexed(1, ""), indexed(3, ""), indexed(2, ""), indexed(5, ""), indexed(6, "")))
	if err != nil || fmt.Sprintf("%s", keys) != fmt.Sprint([]string{keyOf(4), keyOf(1), keyOf(3), keyOf(2), keyOf(5), keyOf(6)}) {
		t.Fatalf("%s %v", keys, err)
	}
	again, err := l.Reread([]byte(`{"Responses":{"app":[` + strings.Join([]string{
		indexed(2, "title=two"), indexed(4, "title=four"), strings.Replace(indexed(3, "title=moved"), "USER#alice", "USER#bob", 1),
	}, ",") + `]},"UnprocessedKeys":{"app":{"ConsistentRead":true,"Keys":[` + keyOf(5) + `,` + keyOf(6) + `]}}}`))
	if err != nil || fmt.Sprintf("%s", again) != fmt.Sprint([]string{keyOf(5), keyOf(6)}) {
		t.Fatalf("%s %v", again, err)
	}
	if again, err = l.Reread([]byte(`{"UnprocessedKeys":{},"Responses":{"app":[` + indexed(6, "title=six") + `]}}`)); err != nil || again != nil {
		t.Fatalf("%s %v", again, err)
	}
	if err := l.Emit(); err != nil {
		t.Fatal(err)
	}
	if !l.More() || string(l.LastKey()) != indexed(2, "") || l.Evaluated() != 8 {
		t.Errorf("more %v after %s, %d evaluated", l.More(), l.LastKey(), l.Evaluated())
	}
	if got := string(l.Visible().Body()); got != `[{"title":"four"},{"title":"two"}]` {
		t.Errorf("shows %s", got)
	}
}

func TestAFreshListHoldsTheItemOfTheTableToTheView(t *testing.T) {
	for name, it := range map[string]string{
		"past its time":         indexed(1, "expires_at=n:1"),
		"without the index key": keyOf(1),
		"gone":                  "",
	} {
		l := fresh(t, 9)
		if _, err := l.Entries(items(indexed(1, ""))); err != nil {
			t.Fatal(err)
		}
		_, err := l.Reread([]byte(`{"Responses":{"app":[` + it + `]}}`))
		if err == nil {
			err = l.Emit()
		}
		if err != nil || l.Items() != 0 || l.LastKey() != nil {
			t.Errorf("%s: %d items, %v", name, l.Items(), err)
		}
	}
}

func TestAFreshListTakesNoItemThatWasNotAskedFor(t *testing.T) {
	for name, answer := range map[string]string{
		"another key":            `{"Responses":{"app":[` + indexed(2, "") + `]}}`,
		"another partition":      `{"Responses":{"app":[` + strings.ReplaceAll(indexed(1, ""), "t1", "t2") + `]}}`,
		"no key":                 `{"Responses":{"app":[{}]}}`,
		"an item twice":          `{"Responses":{"app":[` + indexed(1, "") + `,` + indexed(1, "") + `]}}`,
		"an unprocessed other":   `{"Responses":{},"UnprocessedKeys":{"app":{"Keys":[` + keyOf(2) + `]}}}`,
		"a key of another type":  `{"Responses":{"app":[{"PK":{"B":"TENANT#t1"},"SK":{"S":"PROJECT#p1#TASK#1"}}]}}`,
		"a table beside another": `{"Responses":{"app":[],"other":[` + indexed(1, "") + `]}}`,
		"responses twice":        `{"Responses":{"app":[]},"Responses":{"app":[` + indexed(1, "") + `]}}`,
		"a trailing byte":        `{"Responses":{}}}`,
	} {
		l := fresh(t, 9)
		if _, err := l.Entries(items(indexed(1, ""))); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Reread([]byte(answer)); err == nil || l.Emit() == nil || l.Visible().Body() != nil {
			t.Errorf("%s: is taken: %v", name, err)
		}
	}
	if _, err := fresh(t, 9).Entries(items(strings.Replace(indexed(1, ""), "USER#alice", "USER#bob", 1))); !errors.Is(err, view.ErrNotAsked) {
		t.Errorf("an entry of another user: %v", err)
	}
}
