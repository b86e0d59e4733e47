package plan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
)

// lastText is above every text that may stand in a key after a prefix: the
// largest character there is, which Unicode keeps out of texts for good.
const lastText = "\U0010FFFF"

// narrow puts into the key condition what it can take of the parameters: one
// condition on the first sort attribute that the grant leaves open. What it
// cannot take is left for filters and for the check of every item. It reports
// nothing when the bounds leave no room.
//
// A number inside a template is text to DynamoDB, and 10 stands before 9: there
// equality alone narrows.
func narrow(g access.Grant, parameters []contract.Condition) (asked, rest []contract.Condition, nothing bool) {
	asked = slices.Clone(g.Asked())
	key, prefix, variable := openSort(g)
	if variable == nil {
		return asked, parameters, false
	}
	unordered := variable.Type == contract.N && key.Name != variable.Name
	var mine []contract.Condition
	for _, c := range parameters {
		if c.Attribute.Name == variable.Name && c.Operator != contract.Ne && (!unordered || c.Operator == contract.Eq) {
			mine = append(mine, c)
		} else {
			rest = append(rest, c)
		}
	}
	if len(mine) == 0 {
		return asked, parameters, false
	}
	c, exact, nothing := bounds(key, prefix, mine)
	if nothing {
		return nil, nil, true
	}
	limit := access.KeyLimit(g.View().Of.Table, key.Name)
	if slices.ContainsFunc(c.Values, func(v string) bool { return len(v) > limit }) {
		return asked, parameters, false // DynamoDB refuses to compare a key with it
	}
	if !exact {
		rest = parameters
	}
	if n := len(asked); n > 0 && asked[n-1].Attribute.Name == key.Name {
		asked = asked[:n-1] // the prefix that the narrower condition implies
	}
	return append(asked, c), rest, false
}

// openSort is the sort attribute of the table or index in use that the grant
// does not fix, the text known of it, and the variable that ends its template.
func openSort(g access.Grant) (key *contract.Attribute, prefix string, variable *contract.Attribute) {
	of, route := g.View().Of, g.Route()
	sort := []string{of.Table.Sort}
	if route.Index != nil {
		sort = route.Index.Sort
	}
	if g.Scans() {
		return nil, "", nil
	}
	for _, name := range sort {
		t := of.Keys[name]
		prefix, whole, err := t.Compose(g.Bound)
		if whole {
			continue
		}
		if err != nil {
			return nil, "", nil
		}
		last := t.Parts[len(t.Parts)-1].Variable
		if _, bound := g.Bound(last); last == "" || bound || unbound(t, g) > 1 {
			return nil, "", nil
		}
		return of.Attributes[name], prefix, of.Attributes[last]
	}
	return nil, "", nil
}

func unbound(t contract.Template, g access.Grant) int {
	n := 0
	for _, name := range t.Variables() {
		if _, ok := g.Bound(name); !ok {
			n++
		}
	}
	return n
}

// bounds joins conditions on one variable into one on its key attribute. Exact:
// the one condition says all of them.
func bounds(key *contract.Attribute, prefix string, conditions []contract.Condition) (c contract.Condition, exact, nothing bool) {
	var low, high string // "" is open
	var lowOpen, highOpen bool
	t := conditions[0].Attribute.Type
	raise := func(v string, open bool) {
		if d := compare(t, v, low); low == "" || d > 0 || d == 0 && open {
			low, lowOpen = v, open
		}
	}
	lower := func(v string, open bool) {
		if d := compare(t, v, high); high == "" || d < 0 || d == 0 && open {
			high, highOpen = v, open
		}
	}
	begins := ""
	for _, c := range conditions {
		switch v := c.Values; c.Operator {
		case contract.Eq:
			raise(v[0], false)
			lower(v[0], false)
		case contract.Between:
			raise(v[0], false)
			lower(v[1], false)
		case contract.Gt, contract.Gte:
			raise(v[0], c.Operator == contract.Gt)
		case contract.Lt, contract.Lte:
			lower(v[0], c.Operator == contract.Lt)
		case contract.BeginsWith:
			if len(conditions) > 1 {
				raise(v[0], false) // the rest of it is checked on the item
				continue
			}
			begins = v[0]
		}
	}
	one := func(op contract.Operator, values ...string) contract.Condition {
		return contract.Condition{Attribute: key, Operator: op, Values: values}
	}
	switch {
	case begins != "":
		return one(contract.BeginsWith, prefix+begins), true, false
	case low != "" && high != "":
		d := compare(t, low, high)
		if d > 0 || d == 0 && (lowOpen || highOpen) {
			return c, false, true
		}
		if d == 0 {
			return one(contract.Eq, prefix+low), len(conditions) == 1, false
		}
		return one(contract.Between, prefix+low, prefix+high), false, false
	case low != "" && prefix != "":
		return one(contract.Between, prefix+low, prefix+lastText), !lowOpen && len(conditions) == 1, false
	case high != "" && prefix != "":
		return one(contract.Between, prefix, prefix+high), false, false
	case low != "":
		return one(pick(lowOpen, contract.Gt, contract.Gte), low), len(conditions) == 1, false
	}
	return one(pick(highOpen, contract.Lt, contract.Lte), high), len(conditions) == 1, false
}

func pick(open bool, a, b contract.Operator) contract.Operator {
	if open {
		return a
	}
	return b
}

// Holds reports whether a value satisfies a condition: an N's by number, the
// others by bytes.
func Holds(c contract.Condition, value string) bool {
	d := compare(c.Attribute.Type, value, c.Values[0])
	switch c.Operator {
	case contract.Between:
		return d >= 0 && compare(c.Attribute.Type, value, c.Values[1]) <= 0
	case contract.BeginsWith:
		return strings.HasPrefix(value, c.Values[0])
	}
	return c.Operator.Holds(d)
}

func compare(t contract.Type, a, b string) int {
	if t == contract.N && a != "" && b != "" {
		return item.Compare(a, b)
	}
	return strings.Compare(a, b)
}
