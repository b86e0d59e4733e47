package plan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/item"
)

// Listing is a Query, or a Scan where the view has its own reason for one; its
// pages differ in their limit and start alone.
type Listing struct {
	// Nothing: the parameters and the scope have nothing in common, and no
	// request is sent.
	Nothing bool
	// Filters: not every item that is read is shown, so pages need filling.
	Filters bool
	action  string
	body    []byte // without its closing brace
}

// List plans a list. The key condition is the grant's; the caller's parameters
// can only narrow it.
func (p *Plan) List(g access.Grant, parameters []contract.Condition) (Listing, error) {
	if err := p.allows(g); err != nil {
		return Listing{}, err
	}
	// The views of a route may be of several item types.
	parameters = slices.Clone(parameters)
	for i, c := range parameters {
		if c.Attribute = g.View().Of.Attributes[c.Attribute.Name]; c.Attribute == nil {
			return Listing{}, errNoGrant
		}
		parameters[i] = c
		if c.Attribute.Variable && slices.ContainsFunc(c.Values, func(v string) bool {
			return strings.Contains(v, g.View().Of.Table.Delimiter)
		}) {
			return Listing{}, fault.Because(fault.Forbidden, "a parameter's value that the key template of %s refuses", c.Attribute.Name)
		}
		if bound, ok := g.Bound(c.Attribute.Name); ok && !Holds(c, bound) {
			return Listing{Nothing: true}, nil
		}
		if c.Operator == contract.Between && compare(c.Attribute.Type, c.Values[0], c.Values[1]) > 0 {
			return Listing{Nothing: true}, nil
		}
	}
	asked, rest, nothing := narrow(g, parameters)
	if nothing {
		return Listing{Nothing: true}, nil
	}

	proj := p.views[g.View()]
	e := expression{names: projection{names: slices.Clone(proj.names)}}
	l := Listing{action: "Query", body: begin(p.table)}
	if g.Scans() {
		l.action = "Scan"
	}
	if p.route.Index != nil {
		l.body = append(l.body, `,"IndexName":`...)
		l.body = item.AppendString(l.body, p.route.Index.Name)
	}
	var conditions []string
	for _, c := range asked {
		conditions = append(conditions, e.condition(c.Attribute.Name, c))
	}
	if len(conditions) > 0 {
		l.body = append(l.body, `,"KeyConditionExpression":`...)
		l.body = item.AppendString(l.body, strings.Join(conditions, " AND "))
	}
	filters := p.filters(&e, g, rest)
	if len(filters) > 0 {
		l.body = append(l.body, `,"FilterExpression":`...)
		l.body = item.AppendString(l.body, strings.Join(filters, " AND "))
	}
	l.Filters = len(filters) > 0 || len(rest) > 0 || g.Scans() || g.View().Of.Table.TTL != "" || !coversType(g)
	if p.route.Descending && !g.Scans() {
		l.body = append(l.body, `,"ScanIndexForward":false`...)
	}
	l.body = append(l.body, `,"ProjectionExpression":"`...)
	l.body = append(append(l.body, proj.text...), '"')
	l.body = e.members(l.body)
	return l, nil
}

// fill is how many items a page that filters reads at once: asking for as many
// as are wanted would take a call for each that is left out.
const fill = 100

// Want is how many items to ask for next where so many are missing, and so many
// may still be read.
func (l Listing) Want(missing, left int) int {
	if l.Filters {
		missing = max(missing, fill)
	}
	return min(missing, left)
}

// Page is the request for at most limit items after a start key, which is
// DynamoDB JSON, or nil for the first page.
func (l Listing) Page(limit int, start []byte) Operation {
	b := make([]byte, 0, len(l.body)+len(start)+64)
	b = append(append(b, l.body...), `,"Limit":`...)
	b = strconv.AppendInt(b, int64(limit), 10)
	if start != nil {
		b = append(append(b, `,"ExclusiveStartKey":`...), start...)
	}
	return Operation{l.action, append(b, '}')}
}

// filters are the conditions that DynamoDB can check before it sends an item.
// They spare the wire and decide nothing: all are checked again on the item.
// Attributes of the key in use may not stand in a Query's filter.
func (p *Plan) filters(e *expression, g access.Grant, rest []contract.Condition) []string {
	keys := p.route.Views[0].Of.Table.KeyNames()
	if p.route.Index != nil {
		keys = p.route.Index.KeyNames()
	}
	var all []contract.Condition
	for _, c := range g.View().Of.Only {
		all = append(all, contract.Condition{Attribute: c.Attribute, Operator: contract.Eq, Values: []string{c.Value.Text}})
	}
	all = append(append(all, g.ByData()...), rest...)
	var out []string
	for _, c := range all {
		if !c.Attribute.Variable && !slices.Contains(keys, c.Attribute.Name) {
			out = append(out, e.condition(c.Attribute.Name, c))
		}
	}
	return out
}

// coversType reports whether every item under the key condition is of the
// view's type, as far as the contract's own types go.
func coversType(g access.Grant) bool {
	return len(g.View().Of.Table.Items) == 1 && len(g.View().Of.Only) == 0 && g.Route().Index == nil
}
