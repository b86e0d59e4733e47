package embedded

import (
	"encoding/json"
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// This file draws requests for the comparison with a reference: all kinds of
// values and expressions, over few keys, so that requests meet.

func pick(t *rapid.T, label string, of ...string) string {
	return rapid.SampledFrom(of).Draw(t, label)
}

func drawScalar(t *rapid.T) string {
	return pick(t, "scalar",
		`{"S":""}`, `{"S":"a"}`, `{"S":"ab"}`, `{"S":"é\u2028"}`, `{"S":"\ud83d\ude00"}`, `{"S":"M"}`,
		`{"N":"0"}`, `{"N":"-1.5"}`, `{"N":"1"}`, `{"N":"10"}`, `{"N":"1e20"}`, `{"N":"0.001"}`, `{"N":"12345678901234567890123456789012345678"}`,
		`{"N":"9.9999999999999999999999999999999999999E+125"}`, `{"N":"1E-130"}`,
		`{"B":"AA=="}`, `{"B":"/w=="}`, `{"BOOL":true}`, `{"BOOL":false}`, `{"NULL":true}`)
}

func drawValue(t *rapid.T) string {
	switch pick(t, "kind", "scalar", "scalar", "set", "L", "M") {
	case "set":
		return pick(t, "set", `{"SS":["a","b"]}`, `{"SS":["a"]}`, `{"NS":["1","2.0"]}`, `{"NS":["2"]}`, `{"BS":["AA==","/w=="]}`)
	case "L":
		return `{"L":[` + drawScalar(t) + `,` + drawScalar(t) + `]}`
	case "M":
		return `{"M":{"a":` + drawScalar(t) + `,"b":{"L":[` + drawScalar(t) + `]}}}`
	}
	return drawScalar(t)
}

var (
	attributePaths = []string{"x", "y", "y.a", "y.b", "y.b[0]", "x[0]", "x[1]", "z", "#n", "#n.a"}
	pathSample     = rapid.SampledFrom(attributePaths)
)

// expression collects the placeholders that a drawn expression uses.
type expression struct {
	t      *rapid.T
	values []string
	named  bool
}

func (e *expression) path() string {
	path := pathSample.Draw(e.t, "path")
	e.named = e.named || strings.HasPrefix(path, "#")
	return path
}

func (e *expression) literal(value string) string {
	e.values = append(e.values, fmt.Sprintf(`":v%d":%s`, len(e.values), value))
	return fmt.Sprintf(":v%d", len(e.values)-1)
}

func (e *expression) value() string { return e.literal(drawValue(e.t)) }

func (e *expression) condition(depth int) string {
	choices := []string{"compare", "compare", "size", "exists", "not_exists", "type", "begins", "contains", "between", "in"}
	if depth > 0 {
		choices = append(choices, "and", "or", "not")
	}
	switch pick(e.t, "condition", choices...) {
	case "size":
		return "size(" + e.path() + ") " + pick(e.t, "comparator", "=", "<", ">=") + " " + e.literal(`{"N":"`+pick(e.t, "size", "0", "1", "2")+`"}`)
	case "exists":
		return "attribute_exists(" + e.path() + ")"
	case "not_exists":
		return "attribute_not_exists(" + e.path() + ")"
	case "type":
		return "attribute_type(" + e.path() + ", " + e.literal(`{"S":"`+pick(e.t, "type", "S", "N", "L", "NULL", "SS")+`"}`) + ")"
	case "begins":
		return "begins_with(" + e.path() + ", " + e.value() + ")"
	case "contains":
		return "contains(" + e.path() + ", " + e.value() + ")"
	case "between":
		return e.path() + " BETWEEN " + e.value() + " AND " + e.value()
	case "in":
		return e.path() + " IN (" + e.value() + ", " + e.value() + ")"
	case "and":
		return "(" + e.condition(depth-1) + " AND " + e.condition(depth-1) + ")"
	case "or":
		return e.condition(depth-1) + " OR " + e.condition(depth-1)
	case "not":
		return "NOT " + e.condition(depth-1)
	}
	return e.path() + " " + pick(e.t, "comparator", "=", "<>", "<", "<=", ">", ">=") + " " + e.value()
}

func (e *expression) setValue() string {
	switch pick(e.t, "set value", "value", "value", "path", "plus", "minus", "default", "append") {
	case "path":
		return e.path()
	case "plus":
		return e.path() + " + " + e.value()
	case "minus":
		return e.value() + " - " + e.path()
	case "default":
		return "if_not_exists(" + e.path() + ", " + e.value() + ")"
	case "append":
		return "list_append(" + e.path() + ", " + e.value() + ")"
	}
	return e.value()
}

func (e *expression) update() string {
	var sections []string
	if rapid.Bool().Draw(e.t, "SET") {
		set := "SET " + e.path() + " = " + e.setValue()
		if rapid.Bool().Draw(e.t, "two") {
			set += ", " + pick(e.t, "key", "g", "l", "w") + " = " + e.setValue()
		}
		sections = append(sections, set)
	}
	for _, section := range []string{"REMOVE", "ADD", "DELETE"} {
		if !rapid.Bool().Draw(e.t, section) {
			continue
		}
		one := section + " " + e.path()
		if section != "REMOVE" {
			one += " " + e.literal(pick(e.t, "operand", `{"N":"1"}`, `{"N":"-0.5"}`, `{"SS":["a"]}`, `{"SS":["b","c"]}`, `{"NS":["2"]}`, `{"S":"a"}`))
		}
		sections = append(sections, one)
	}
	if len(sections) == 0 {
		return "REMOVE " + e.path()
	}
	return strings.Join(sections, " ")
}

// members are the request's members that the expressions need.
func (e *expression) members() string {
	out := ""
	if len(e.values) > 0 {
		out += `,"ExpressionAttributeValues":{` + strings.Join(e.values, ",") + `}`
	}
	if e.named {
		out += `,"ExpressionAttributeNames":{"#n":"n.n"}`
	}
	return out
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func drawKey(t *rapid.T) string {
	return fmt.Sprintf(`{"pk":{"S":"%s"},"sk":{"N":"%s"}}`, pick(t, "pk", "a", "b"), pick(t, "sk", "-1.5", "0", "1", "1.0", "10", "2"))
}

func drawItem(t *rapid.T) string {
	m := strings.TrimSuffix(drawKey(t), "}")
	for _, name := range []string{"x", "y", "z", "n.n"} {
		if rapid.Bool().Draw(t, name) {
			m += `,"` + name + `":` + drawValue(t)
		}
	}
	for _, name := range []string{"g", "l"} {
		if rapid.Bool().Draw(t, name) {
			m += `,"` + name + `":{"S":"` + pick(t, name, "1", "2", "21") + `"}`
		}
	}
	return m + "}"
}

func drawRequest(t *rapid.T) (op, body string) {
	e := &expression{t: t}
	const table = `{"TableName":"TABLE"`
	op = pick(t, "operation", "PutItem", "PutItem", "PutItem", "UpdateItem", "UpdateItem", "UpdateItem", "DeleteItem", "GetItem", "Query", "Query", "Scan", "BatchWriteItem", "BatchGetItem")
	switch op {
	case "PutItem":
		body = table + `,"Item":` + drawItem(t) + drawCondition(e) + drawReturn(t, "ALL_OLD", "NONE", "ALL_NEW")
	case "UpdateItem":
		body = table + `,"Key":` + drawKey(t) + `,"UpdateExpression":` + quoted(e.update()) + drawCondition(e) + drawReturn(t, "ALL_OLD", "ALL_NEW", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW")
	case "DeleteItem":
		body = table + `,"Key":` + drawKey(t) + drawCondition(e) + drawReturn(t, "ALL_OLD")
	case "GetItem":
		body = table + `,"Key":` + drawKey(t) + drawProjection(e)
	case "Query":
		body = table + drawKeyCondition(e) + drawFilter(e) + drawProjection(e)
		if rapid.Bool().Draw(t, "backward") {
			body += `,"ScanIndexForward":false`
		}
		if rapid.Bool().Draw(t, "limited") {
			body += `,"Limit":` + pick(t, "limit", "1", "2", "100")
		}
	case "Scan":
		body = table + drawFilter(e) + drawProjection(e)
	case "BatchWriteItem":
		return op, `{"RequestItems":{"TABLE":[{"PutRequest":{"Item":` + drawItem(t) + `}},{"DeleteRequest":{"Key":` + drawKey(t) + `}}]}}`
	case "BatchGetItem":
		return op, `{"RequestItems":{"TABLE":{"Keys":[` + drawKey(t) + `]}}}`
	}
	return op, body + e.members() + "}"
}

func drawCondition(e *expression) string {
	if !rapid.Bool().Draw(e.t, "conditional") {
		return ""
	}
	return `,"ConditionExpression":` + quoted(e.condition(2))
}

func drawFilter(e *expression) string {
	if !rapid.Bool().Draw(e.t, "filtered") {
		return ""
	}
	return `,"FilterExpression":` + quoted(e.condition(2))
}

func drawProjection(e *expression) string {
	if !rapid.Bool().Draw(e.t, "projected") {
		return ""
	}
	return `,"ProjectionExpression":` + quoted(e.path()+", "+pick(e.t, "key", "pk", "sk", "g"))
}

func drawReturn(t *rapid.T, of ...string) string {
	if !rapid.Bool().Draw(t, "returns") {
		return ""
	}
	return `,"ReturnValues":"` + pick(t, "values", of...) + `"`
}

func drawKeyCondition(e *expression) string {
	index, partition, sort := "", "pk", "sk"
	value := `{"S":"` + pick(e.t, "partition", "a", "b", "1") + `"}`
	bound := func() string {
		if sort == "l" {
			return e.literal(`{"S":"` + pick(e.t, "bound", "1", "2", "21") + `"}`)
		}
		return e.literal(`{"N":"` + pick(e.t, "bound", "-2", "0", "1", "10") + `"}`)
	}
	switch pick(e.t, "index", "", "byL", "byG") {
	case "byL":
		index, sort = `,"IndexName":"byL"`, "l"
	case "byG":
		index, partition = `,"IndexName":"byG"`, "g"
	}
	condition := partition + " = " + e.literal(value)
	switch pick(e.t, "sort", "", "=", "<", ">=", "BETWEEN", "begins_with") {
	case "=":
		condition += " AND " + sort + " = " + bound()
	case "<":
		condition += " AND " + sort + " < " + bound()
	case ">=":
		condition += " AND " + sort + " >= " + bound()
	case "BETWEEN":
		condition += " AND " + sort + " BETWEEN " + bound() + " AND " + bound()
	case "begins_with":
		if sort == "l" {
			condition += " AND begins_with(" + sort + ", " + bound() + ")"
		}
	}
	return index + `,"KeyConditionExpression":` + quoted(condition)
}
