package plan

import (
	"strconv"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
)

// expression builds one request's expressions over shared aliases.
type expression struct {
	names  projection // for its aliases alone
	values []byte     // `":0":{"S":"…"},…`
	count  int
}

func (e *expression) name(path ...string) string { return e.names.alias(path) }

func (e *expression) placeholder() string {
	if e.count > 0 {
		e.values = append(e.values, ',')
	}
	p := ":" + strconv.Itoa(e.count)
	e.count++
	e.values = append(append(append(e.values, '"'), p...), `":`...)
	return p
}

func (e *expression) scalar(t contract.Type, text string) string {
	p := e.placeholder()
	e.values = appendScalar(e.values, t, text)
	return p
}

func (e *expression) value(v item.Value) string {
	p := e.placeholder()
	e.values = item.AppendValue(e.values, v)
	return p
}

// condition is a comparison, as a filter, a write's condition or a key's. Key is
// the attribute to compare where that is not the condition's own: a key
// attribute that a template composes.
func (e *expression) condition(key string, c contract.Condition) string {
	n := e.name(key)
	v := make([]string, len(c.Values))
	for i := range c.Values {
		v[i] = e.scalar(c.Attribute.Type, c.Values[i])
	}
	switch c.Operator {
	case contract.Between:
		return n + " BETWEEN " + v[0] + " AND " + v[1]
	case contract.BeginsWith:
		return "begins_with(" + n + "," + v[0] + ")"
	case contract.Contains:
		// Of a text that stands where a set should, any part would do.
		return "attribute_type(" + n + "," + e.scalar(contract.S, string(c.Attribute.Type)) + ") AND contains(" + n + "," + v[0] + ")"
	}
	return n + symbols[c.Operator] + v[0]
}

var symbols = map[contract.Operator]string{
	contract.Eq: " = ", contract.Ne: " <> ",
	contract.Lt: " < ", contract.Lte: " <= ", contract.Gt: " > ", contract.Gte: " >= ",
}

// members ends a request with the names and values that its expressions use.
func (e *expression) members(b []byte) []byte {
	b = append(b, `,"ExpressionAttributeNames":`...)
	b = appendNames(b, e.names.names)
	if e.count > 0 {
		b = append(b, `,"ExpressionAttributeValues":{`...)
		b = append(b, e.values...)
		b = append(b, '}')
	}
	return b
}
