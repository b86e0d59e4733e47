//go:build outside

package embedded

import (
	"encoding/json"
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// This file draws requests for the comparison with a reference: all kinds of
// values and expressions, over few keys, so that requests meet.

// differentialTable has a key of text and number, and an index of each kind.
const differentialTable = `{"TableName":"TABLE","BillingMode":"PAY_PER_REQUEST",
	"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"},
		{"AttributeName":"g","AttributeType":"S"},{"AttributeName":"l","AttributeType":"S"}],
	"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
	"LocalSecondaryIndexes":[{"IndexName":"byL","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"l","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}],
	"GlobalSecondaryIndexes":[{"IndexName":"byG","KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}},
		{"IndexName":"part","KeySchema":[{"AttributeName":"l","KeyType":"HASH"}],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["x"]}}]}`

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
	// likely are values that the items have; half of those drawn are of them.
	likely []string
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

func (e *expression) value() string {
	if len(e.likely) > 0 && rapid.Bool().Draw(e.t, "likely") {
		return e.literal(pick(e.t, "value", e.likely...))
	}
	return e.literal(drawValue(e.t))
}

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

// request is one call of a sequence. A walk goes on from each engine's own
// LastEvaluatedKey until there is none.
type request struct {
	op, body string
	walk     bool
	// single: the request has at most one fault, so that both must tell the same.
	single bool
}

const tableMember = `{"TableName":"TABLE"`

func drawRequest(t *rapid.T, transactions bool) request {
	operations := []string{
		"PutItem", "PutItem", "PutItem", "UpdateItem", "UpdateItem", "UpdateItem", "DeleteItem", "GetItem", "Query", "Query", "Scan", "walk", "walk",
		"start", "BatchWriteItem", "BatchGetItem", "older PutItem", "older UpdateItem", "older Query", "older Scan",
	}
	if transactions {
		operations = append(operations, "TransactWriteItems", "TransactWriteItems", "TransactGetItems")
	}
	switch op := pick(t, "operation", operations...); op {
	case "walk":
		return drawWalk(t)
	case "start":
		return drawStart(t)
	case "BatchWriteItem", "BatchGetItem":
		return drawBatch(t, op)
	case "TransactWriteItems", "TransactGetItems":
		return drawTransaction(t, op)
	case "PutItem", "UpdateItem", "DeleteItem":
		e := &expression{t: t}
		return request{op: op, body: tableMember + drawWrite(t, e, op) + drawReturns(t, op) + drawCosts(t) + e.members() + "}"}
	case "GetItem":
		e := &expression{t: t}
		body := tableMember + `,"Key":` + drawKey(t) + drawProjection(e) + drawCosts(t)
		if rapid.Bool().Draw(t, "consistent") {
			body += `,"ConsistentRead":true`
		}
		return request{op: op, body: body + e.members() + "}"}
	case "Query":
		e := &expression{t: t}
		return request{op: op, body: tableMember + drawKeyCondition(e) + drawFilter(e) + drawProjection(e) + drawSelect(t) + drawDirection(t) + drawCosts(t) + e.members() + "}"}
	case "Scan":
		e := &expression{t: t}
		body := tableMember + pick(t, "index", "", `,"IndexName":"byL"`, `,"IndexName":"byG"`, `,"IndexName":"part"`, `,"IndexName":"none"`)
		return request{op: op, body: body + drawFilter(e) + drawProjection(e) + drawSelect(t) + drawCosts(t) + e.members() + "}"}
	default:
		return drawOlder(t, strings.TrimPrefix(op, "older "))
	}
}

// drawWrite is what a write is of and what it depends on.
func drawWrite(t *rapid.T, e *expression, op string) string {
	switch op {
	case "PutItem":
		return `,"Item":` + drawItem(t) + drawCondition(e)
	case "UpdateItem":
		return `,"Key":` + drawKey(t) + `,"UpdateExpression":` + quoted(e.update()) + drawCondition(e)
	}
	return `,"Key":` + drawKey(t) + drawCondition(e)
}

func drawReturns(t *rapid.T, op string) string {
	out := ""
	if op == "UpdateItem" {
		out = drawReturn(t, "ALL_OLD", "ALL_NEW", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW")
	} else {
		out = drawReturn(t, "ALL_OLD", "NONE", "ALL_NEW")
	}
	if rapid.Bool().Draw(t, "on failure") {
		out += `,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"`
	}
	return out
}

func drawCosts(t *rapid.T) string {
	return pick(t, "costs", "", "", `,"ReturnConsumedCapacity":"TOTAL"`, `,"ReturnConsumedCapacity":"INDEXES"`)
}

func drawSelect(t *rapid.T) string {
	return pick(t, "select", "", "", "", `,"Select":"COUNT"`, `,"Select":"ALL_ATTRIBUTES"`, `,"Select":"ALL_PROJECTED_ATTRIBUTES"`, `,"Select":"SPECIFIC_ATTRIBUTES"`)
}

func drawDirection(t *rapid.T) string {
	return pick(t, "direction", "", `,"ScanIndexForward":false`)
}

// drawWalk reads pages to their end. A page of an index may end between items
// of equal keys, whose order DynamoDB does not tell.
func drawWalk(t *rapid.T) request {
	e := &expression{t: t}
	limit := `,"Limit":` + pick(t, "limit", "1", "2", "3", "100")
	if rapid.Bool().Draw(t, "scan") {
		body := tableMember + pick(t, "index", "", `,"IndexName":"byL"`, `,"IndexName":"byG"`)
		return request{op: "Scan", walk: true, body: body + drawFilter(e) + limit + e.members() + "}"}
	}
	return request{op: "Query", walk: true, body: tableMember + drawKeyCondition(e) + drawFilter(e) + drawDirection(t) + limit + e.members() + "}"}
}

// drawStart begins a Query somewhere: at an item that is there or not, within
// the condition or not, of the right form or not.
func drawStart(t *rapid.T) request {
	e := &expression{t: t}
	start := drawKey(t)
	switch pick(t, "form", "right", "right", "right", "index", "short", "type", "more") {
	case "index":
		start = strings.TrimSuffix(start, "}") + `,"` + pick(t, "of", "g", "l") + `":{"S":"` + pick(t, "value", "1", "2", "21") + `"}}`
	case "short":
		start = `{"pk":{"S":"a"}}`
	case "type":
		start = `{"pk":{"S":"a"},"sk":{"S":"1"}}`
	case "more":
		start = strings.TrimSuffix(start, "}") + `,"x":{"S":"a"}}`
	}
	return request{op: "Query", body: tableMember + drawKeyCondition(e) + drawDirection(t) + `,"ExclusiveStartKey":` + start + e.members() + "}"}
}

func drawBatch(t *rapid.T, op string) request {
	n := rapid.IntRange(1, 4).Draw(t, "parts")
	parts := make([]string, n)
	for i := range parts {
		switch {
		case op == "BatchGetItem":
			parts[i] = drawKey(t)
		case rapid.Bool().Draw(t, "put"):
			parts[i] = `{"PutRequest":{"Item":` + drawItem(t) + `}}`
		default:
			parts[i] = `{"DeleteRequest":{"Key":` + drawKey(t) + `}}`
		}
	}
	all := strings.Join(parts, ",")
	if op == "BatchWriteItem" {
		return request{op: op, body: `{"RequestItems":{"TABLE":[` + all + `]}` + drawCosts(t) + `}`}
	}
	e := &expression{t: t}
	return request{op: op, body: `{"RequestItems":{"TABLE":{"Keys":[` + all + `]` + drawProjection(e) + e.members() + `}}` + drawCosts(t) + `}`}
}

func drawTransaction(t *rapid.T, op string) request {
	n := rapid.IntRange(1, 3).Draw(t, "parts")
	parts := make([]string, n)
	for i := range parts {
		e := &expression{t: t}
		kind := "Get"
		part := ""
		if op == "TransactGetItems" {
			part = `,"Key":` + drawKey(t) + drawProjection(e)
		} else {
			switch kind = pick(t, "kind", "Put", "Update", "Delete", "ConditionCheck"); kind {
			case "ConditionCheck":
				part = `,"Key":` + drawKey(t) + `,"ConditionExpression":` + quoted(e.condition(1))
			default:
				part = drawWrite(t, e, kind+"Item")
			}
			if rapid.Bool().Draw(t, "on failure") {
				part += `,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"`
			}
		}
		parts[i] = `{"` + kind + `":` + tableMember + part + e.members() + `}}`
	}
	return request{op: op, body: `{"TransactItems":[` + strings.Join(parts, ",") + `]` + drawCosts(t) + `}`}
}

// drawOlder uses the parameters from before expressions.
func drawOlder(t *rapid.T, op string) request {
	body := tableMember
	switch op {
	case "PutItem":
		body += `,"Item":` + drawItem(t) + `,"Expected":` + drawOlderConditions(t) + drawOperator(t) + drawReturn(t, "ALL_OLD")
	case "UpdateItem":
		body += `,"Key":` + drawKey(t) + `,"AttributeUpdates":{"` + pick(t, "name", "x", "y", "z", "w") + `":` + drawOlderUpdate(t) + `}` + drawReturn(t, "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW")
	case "Query":
		body += `,"KeyConditions":{"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]},"sk":` +
			pick(t, "sort", `{"ComparisonOperator":"LE","AttributeValueList":[{"N":"1"}]}`, `{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"0"},{"N":"2"}]}`, `{"ComparisonOperator":"GT","AttributeValueList":[{"N":"0"}]}`) +
			`},"QueryFilter":` + drawOlderConditions(t) + drawOperator(t)
	case "Scan":
		body += `,"ScanFilter":` + drawOlderConditions(t) + drawOperator(t)
		if rapid.Bool().Draw(t, "projected") {
			body += `,"AttributesToGet":["pk","x"]`
		}
	}
	return request{op: op, body: body + "}"}
}

func drawOperator(t *rapid.T) string {
	return pick(t, "operator", "", `,"ConditionalOperator":"AND"`, `,"ConditionalOperator":"OR"`)
}

func drawOlderConditions(t *rapid.T) string {
	one := func(name string) string {
		op := pick(t, "comparison", "EQ", "NE", "LT", "GE", "IN", "BETWEEN", "NULL", "NOT_NULL", "CONTAINS", "NOT_CONTAINS", "BEGINS_WITH")
		values := ""
		switch op {
		case "NULL", "NOT_NULL":
			return `"` + name + `":{"ComparisonOperator":"` + op + `"}`
		case "IN", "BETWEEN":
			values = drawScalar(t) + "," + drawScalar(t)
		case "EQ", "NE":
			values = drawValue(t)
		default:
			values = drawScalar(t)
		}
		return `"` + name + `":{"ComparisonOperator":"` + op + `","AttributeValueList":[` + values + `]}`
	}
	if rapid.Bool().Draw(t, "two conditions") {
		return "{" + one("x") + "," + one("y") + "}"
	}
	return "{" + one(pick(t, "name", "x", "y", "z")) + "}"
}

func drawOlderUpdate(t *rapid.T) string {
	switch pick(t, "action", "PUT", "ADD", "DELETE", "DELETE members") {
	case "PUT":
		return `{"Action":"PUT","Value":` + drawValue(t) + `}`
	case "ADD":
		return `{"Action":"ADD","Value":` + pick(t, "added", `{"N":"1"}`, `{"SS":["z"]}`, `{"L":[{"S":"a"}]}`) + `}`
	case "DELETE":
		return `{"Action":"DELETE"}`
	}
	return `{"Action":"DELETE","Value":{"SS":["a"]}}`
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
