//go:build outside

package embedded

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The comparisons here are of one expression each, on one of a few items, so
// that an answer says what the expression means or what is wrong with it.
// Faults are few and apart: engines tell them in orders of their own.

func TestDynoxideReadsExpressionsTheSame(t *testing.T) { compareExpressions(t, startDynoxide(t)) }

func TestDynaliteReadsExpressionsTheSame(t *testing.T) { compareExpressions(t, startDynalite(t)) }

// expressionItems have a value of every kind, shallow and deep.
func expressionItems() []string {
	return []string{
		`{"pk":{"S":"a"},"sk":{"N":"1"},"x":{"S":"ab"},"y":{"M":{"a":{"N":"1"},"b":{"L":[{"S":"a"},{"N":"10"}]}}},"z":{"SS":["a","b"]},"n.n":{"L":[{"M":{"a":{"S":"é\u2028"}}}]}}`,
		`{"pk":{"S":"a"},"sk":{"N":"2"},"x":{"N":"1"},"y":{"L":[{"S":"a"},{"BOOL":true}]},"z":{"NS":["1","2"]},"n.n":{"M":{"a":{"NULL":true}}}}`,
		`{"pk":{"S":"a"},"sk":{"N":"10"},"x":{"B":"AP8="},"y":{"BOOL":false},"z":{"BS":["AA==","/w=="]},"n.n":{"S":"\ud83d\ude00"}}`,
		`{"pk":{"S":"a"},"sk":{"N":"-1.5"},"x":{"NULL":true},"y":{"M":{}},"z":{"L":[]}}`,
		`{"pk":{"S":"a"},"sk":{"N":"0"}}`,
	}
}

func compareExpressions(t *testing.T, e *engine) {
	var s *Store
	deaths := -1
	n := 0
	check(t, func(rt *rapid.T) {
		if deaths != e.deaths { // the first time, and after a new start
			deaths = e.deaths
			n++
			s = openMemory(t)
		}
		c := &comparison{t: rt, store: s, engine: e, table: fmt.Sprintf("expressions-%d", n)}
		if status, _ := s.Do(t.Context(), "DescribeTable", []byte(`{"TableName":"`+c.table+`"}`)); status != 200 {
			if !c.create(differentialTable) {
				return
			}
		}
		for _, item := range expressionItems() {
			c.same(request{op: "PutItem", body: tableMember + `,"Item":` + item + `}`})
		}
		for range 20 {
			if !c.same(drawExpression(rt)) {
				return
			}
		}
	})
}

// drawExpression is a request whose one expression is in question.
func drawExpression(t *rapid.T) request {
	e := &expression{t: t, likely: []string{`{"S":"ab"}`, `{"N":"1"}`, `{"S":"a"}`, `{"N":"10"}`, `{"S":"\ud83d\ude00"}`, `{"B":"AP8="}`}}
	key := `,"Key":{"pk":{"S":"a"},"sk":{"N":"` + pick(t, "sk", "1", "2", "10", "-1.5", "0") + `"}}`
	switch pick(t, "kind", "filter", "filter", "condition", "projection", "update", "update", "broken") {
	case "filter":
		depth := pick2(t, 0, 2)
		return request{op: "Scan", single: depth == 0, body: tableMember + `,"FilterExpression":` + quoted(e.condition(depth)) + e.members() + `}`}
	case "condition":
		return request{op: "DeleteItem", single: true, body: tableMember + key + `,"ConditionExpression":` + quoted(e.condition(0)+" AND attribute_exists(nothing)") + e.members() + `}`}
	case "projection":
		paths := []string{e.path()}
		if rapid.Bool().Draw(t, "more") {
			paths = append(paths, e.path())
		}
		return request{op: "GetItem", single: true, body: tableMember + key + `,"ProjectionExpression":` + quoted(strings.Join(paths, ", ")) + e.members() + `}`}
	case "update":
		return request{op: "UpdateItem", single: true, body: tableMember + key + `,"UpdateExpression":` + quoted(e.oneUpdate()) + `,"ReturnValues":"ALL_NEW"` + e.members() + `}`}
	}
	return e.broken(key)
}

// oneUpdate is one clause of an update.
func (e *expression) oneUpdate() string {
	switch pick(e.t, "clause", "SET", "SET", "REMOVE", "ADD", "DELETE") {
	case "SET":
		return "SET " + e.path() + " = " + e.setValue()
	case "REMOVE":
		return "REMOVE " + e.path()
	case "ADD":
		return "ADD " + e.path() + " " + e.literal(pick(e.t, "operand", `{"N":"1"}`, `{"N":"-0.5"}`, `{"SS":["a"]}`, `{"NS":["2"]}`, `{"S":"a"}`))
	}
	return "DELETE " + e.path() + " " + e.literal(pick(e.t, "operand", `{"SS":["a"]}`, `{"NS":["2"]}`, `{"BS":["AA=="]}`, `{"N":"1"}`))
}

// broken has exactly one fault, of a kind that both engines have words for.
func (e *expression) broken(key string) request {
	filter := func(text string) request {
		return request{op: "Scan", single: true, body: tableMember + `,"FilterExpression":` + quoted(text) + e.members() + `}`}
	}
	update := func(text string) request {
		return request{op: "UpdateItem", single: true, body: tableMember + key + `,"UpdateExpression":` + quoted(text) + e.members() + `}`}
	}
	switch pick(e.t, "fault", "value", "name", "reserved", "function", "operands", "unused value", "unused name", "overlap", "twice", "empty", "key", "depth", "index") {
	case "value":
		return filter("x = :missing")
	case "name":
		return filter("#missing = x")
	case "reserved":
		return filter(pick(e.t, "word", "name", "Status", "ABORT", "zone", "size") + " = x")
	case "function":
		return filter(pick(e.t, "function", "length(x) = y", "exists(x)", "Size(x) = y"))
	case "operands":
		return filter(pick(e.t, "call", "contains(x)", "attribute_exists(x, y)", "begins_with(x, y, z)", "size(x, y) = z"))
	case "unused value":
		e.literal(`{"S":"a"}`)
		return filter("attribute_exists(x)")
	case "unused name":
		e.named = true
		return filter("attribute_exists(x)")
	case "overlap":
		return update("SET x = " + e.literal(`{"N":"1"}`) + ", " + pick(e.t, "second", "x", "x.a", "x[0]") + " = " + e.literal(`{"N":"2"}`))
	case "twice":
		return update("REMOVE x REMOVE y")
	case "empty":
		return filter("")
	case "key":
		return update("SET " + pick(e.t, "key", "pk", "sk") + " = " + e.literal(`{"S":"a"}`))
	case "depth":
		return filter("attribute_exists(" + strings.Repeat("x.", pick2(e.t, 31, 32)) + "x)")
	}
	return filter("attribute_exists(x[" + pick(e.t, "index", "100", "2147483647") + "])")
}

func pick2(t *rapid.T, of ...int) int { return rapid.SampledFrom(of).Draw(t, "number") }
