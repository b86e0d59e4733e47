//go:build outside

package embedded

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The comparisons draw 300 sequences each, or as many as -rapid.checks says,
// and end early rather than take longer than this; DISCREET_PATIENT=1 lets
// them take as long as they do.
const patience = 12 * time.Second

func TestDynoxideAnswersTheSame(t *testing.T) { compareSequences(t, startDynoxide(t)) }

func TestDynaliteAnswersTheSame(t *testing.T) { compareSequences(t, startDynalite(t)) }

// check runs a property, leaves no file behind, and says how far it came.
func check(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	settings := map[string]string{"rapid.nofailfile": "true", "rapid.shrinktime": "10s"}
	// The same sequences every time, so that a run says something of a change:
	// whoever looks for new differences gives a seed, or is patient.
	for name, value := range map[string]string{"rapid.checks": "300", "rapid.seed": "20260801"} {
		if f := flag.Lookup(name); f.Value.String() == f.DefValue && (name != "rapid.seed" || os.Getenv("DISCREET_PATIENT") == "") {
			settings[name] = value
		}
	}
	for name, value := range settings {
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	end, n, failed := time.Now().Add(patience), 0, false
	rapid.Check(t, func(rt *rapid.T) {
		if time.Now().After(end) && !failed && os.Getenv("DISCREET_PATIENT") == "" {
			return
		}
		n++
		failed = true // until it is through: what shrinks is not cut short
		property(rt)
		failed = false
	})
	t.Logf("%d sequences", n)
}

// comparison is a store and an engine that are to be in the same state.
type comparison struct {
	t      *rapid.T
	store  *Store
	engine *engine
	table  string
}

// compareSequences sends sequences of requests to the store and to the engine,
// and compares every answer, and all items in the end.
func compareSequences(t *testing.T, e *engine) {
	n := 0
	check(t, func(rt *rapid.T) {
		n++
		s, err := Open(Config{})
		if err != nil {
			rt.Fatal(err)
		}
		c := &comparison{t: rt, store: s, engine: e, table: fmt.Sprintf("sequence-%d", n)}
		if !c.create(differentialTable) {
			return
		}
		defer e.ask("DeleteTable", `{"TableName":"`+c.table+`"}`)
		for range rapid.IntRange(1, 25).Draw(rt, "requests") {
			if !c.same(drawRequest(rt, e.name == "dynoxide")) {
				return
			}
		}
		for _, index := range []string{"", `,"IndexName":"byG"`, `,"IndexName":"byL"`, `,"IndexName":"part"`} {
			c.same(request{op: "Scan", body: tableMember + index + `}`})
		}
	})
}

// create makes the table on both sides and waits for it.
func (c *comparison) create(table string) bool {
	if !c.same(request{op: "CreateTable", body: table}) {
		return false
	}
	for range 200 {
		a, ok := c.engine.ask("DescribeTable", `{"TableName":"`+c.table+`"}`)
		if description, _ := a.members["Table"].(map[string]any); !ok || description["TableStatus"] == "ACTIVE" {
			return ok
		}
		time.Sleep(5 * time.Millisecond)
	}
	return false
}

// same compares the answers to one request, and reports whether the two are in
// the same state still: an engine that dies has forgotten its tables.
func (c *comparison) same(r request) bool {
	body := strings.ReplaceAll(r.body, "TABLE", c.table)
	for range 100 {
		status, text := c.store.Do(c.t.Context(), r.op, []byte(body))
		own := readAnswered(status, text)
		theirs, ok := c.engine.ask(r.op, body)
		if !ok {
			return false
		}
		c.compare(r, body, own, theirs)
		if own.status != theirs.status {
			return false // known to differ
		}
		if !r.walk {
			return true
		}
		last, more := own.members["LastEvaluatedKey"]
		if !more || !reflect.DeepEqual(last, theirs.members["LastEvaluatedKey"]) {
			return true
		}
		start, err := json.Marshal(last)
		if err != nil {
			c.t.Fatal(err)
		}
		body = strings.TrimSuffix(strings.ReplaceAll(r.body, "TABLE", c.table), "}") + `,"ExclusiveStartKey":` + string(start) + `}`
	}
	c.t.Fatalf("%s %s: the pages do not end", r.op, r.body)
	return false
}

func (c *comparison) compare(r request, body string, own, theirs answered) {
	normalise(r, &own)
	normalise(r, &theirs)
	if own.status == theirs.status && own.kind == theirs.kind && own.message == theirs.message && reflect.DeepEqual(own.members, theirs.members) {
		return
	}
	for _, d := range knownDifferences() {
		if d.id == "which-fault" && r.single {
			continue
		}
		if (d.engine == "both" || d.engine == c.engine.name) && d.is(exchange{r.op, body, own.answerParts, theirs.answerParts}) {
			return
		}
	}
	c.t.Fatalf("%s %s\nstore:    %d %s\n%s: %d %s", r.op, body, own.status, own.text, c.engine.name, theirs.status, theirs.text)
}

// normalise takes away what may differ between two right answers: the order of
// a set's members, of a Scan's items and partitions, of index entries with
// equal keys, and what is the engine's own (times, ids, ARNs).
func normalise(r request, a *answered) {
	sortSets(a.members)
	_, ofIndex := requestMember(r.body, "IndexName")
	unordered := r.op == "Scan" || ofIndex
	if items, ok := a.members["Items"].([]any); ok && unordered {
		sortAny(items)
	}
	if unordered && r.walk {
		// Pages of equal length, of other items.
		delete(a.members, "Items")
		delete(a.members, "Count")
		if _, more := a.members["LastEvaluatedKey"]; more {
			a.members["LastEvaluatedKey"] = true
		}
	}
	if responses, ok := a.members["Responses"].(map[string]any); ok {
		for _, items := range responses {
			if items, ok := items.([]any); ok {
				sortAny(items)
			}
		}
	}
	for _, name := range []string{"TableDescription", "Table"} {
		if description, ok := a.members[name].(map[string]any); ok {
			forgetOwn(description)
		}
	}
}

func requestMember(body, name string) (any, bool) {
	var members map[string]any
	if json.Unmarshal([]byte(body), &members) != nil {
		return nil, false
	}
	v, ok := members[name]
	return v, ok
}

func forgetOwn(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range []string{"CreationDateTime", "TableId", "TableArn", "IndexArn", "LastUpdateToPayPerRequestDateTime", "TableSizeBytes", "IndexSizeBytes", "ItemCount", "LatestStreamArn", "LatestStreamLabel", "TableThroughputModeSummary"} {
			delete(v, name)
		}
		if v["DeletionProtectionEnabled"] == false {
			delete(v, "DeletionProtectionEnabled") // is the default
		}
		for name, inner := range v {
			if list, ok := inner.([]any); ok && (name == "AttributeDefinitions" || strings.HasSuffix(name, "Indexes")) {
				sortAny(list)
			}
			forgetOwn(inner)
		}
	case []any:
		for _, inner := range v {
			forgetOwn(inner)
		}
	}
}

func sortAny(list []any) {
	slices.SortFunc(list, func(x, y any) int { return strings.Compare(fmt.Sprint(x), fmt.Sprint(y)) })
}

// sortSets puts sets' members in order, since they have none.
func sortSets(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			if list, ok := inner.([]any); ok && (name == "SS" || name == "NS" || name == "BS") {
				sortAny(list)
			}
			sortSets(inner)
		}
	case []any:
		for _, inner := range v {
			sortSets(inner)
		}
	}
}
