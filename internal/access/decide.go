package access

import (
	"errors"
	"slices"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/item"
)

// Ask is what a principal asks for, after routing.
type Ask struct {
	Principal contract.Principal
	Route     *contract.Route
	Path      map[string]string // the path's variables, decoded
}

// Why is the outcome of trying one view, in a fixed vocabulary that logs,
// audits and explanations share.
type Why string

// The outcomes.
const (
	Granted      Why = "granted"
	FallsThrough Why = "granted if the views before it do not admit the item"
	Decided      Why = "not needed: a view before it decides"
	OtherKey     Why = "its key is not the one that is read"
	NoRole       Why = "none of its roles"
	NoClaim      Why = "the principal has no value for its scope"
	ListClaim    Why = "the claim has several values and no path variable picks one"
	OutOfScope   Why = "the scope does not admit the key"
	RefusedValue Why = "the key template refuses a value"
	NotBound     Why = "the key is not bound"
	ServerOnly   Why = "server only"
)

const (
	maxPartition = 2048 // bytes; DynamoDB's limits of key values
	maxSort      = 1024
)

// Tried is a view and what came of it.
type Tried struct {
	View *contract.View
	Why  Why
}

// Decision is the outcome of an Ask. Grants is empty when it was refused; a get
// may have several, all for one key, of which the first that admits the item
// shows it.
type Decision struct {
	Grants []Grant
	Trail  []Tried
}

// Decide tries the route's views in order. The fault is Forbidden, or nil when
// there is a grant. Nothing of it depends on what is stored.
func Decide(ask Ask) (Decision, *fault.Fault) {
	d := Decision{Trail: make([]Tried, 0, len(ask.Route.Views))}
	decisive := false
	for _, v := range ask.Route.Views {
		if decisive {
			d.Trail = append(d.Trail, Tried{v, Decided})
			continue
		}
		g, why := try(ask, v)
		if why == Granted && len(d.Grants) > 0 {
			why = FallsThrough
			if !slices.EqualFunc(g.key, d.Grants[0].key, sameKey) {
				why = OtherKey
			}
		}
		d.Trail = append(d.Trail, Tried{v, why})
		if why == Granted || why == FallsThrough {
			d.Grants = append(d.Grants, g)
			decisive = ask.Route.Operation != contract.Get || g.certain()
		}
	}
	if len(d.Grants) == 0 {
		return d, fault.Because(fault.Forbidden, "no view of %s admits the principal", ask.Route.Text)
	}
	return d, nil
}

// certain reports whether an item under the grant's key is the view's whatever
// its data, so that no later view need be asked.
func (g Grant) certain() bool {
	return len(g.view.Of.Only) == 0 && !slices.ContainsFunc(g.checks, func(c Check) bool { return !c.ByKey })
}

func sameKey(a, b KeyValue) bool {
	return a.Attribute.Name == b.Attribute.Name && a.Value == b.Value
}

func try(ask Ask, v *contract.View) (Grant, Why) {
	g := Grant{principal: ask.Principal, route: ask.Route, view: v, bound: map[string]string{}}
	if v.ServerOnly {
		return Grant{}, ServerOnly
	}
	if !v.Admits(ask.Principal.Roles) {
		return Grant{}, NoRole
	}
	if why := g.bindScope(ask.Path); why != Granted {
		return Grant{}, why
	}
	if why := g.bindPath(ask.Path); why != Granted {
		return Grant{}, why
	}
	why := Granted
	switch ask.Route.Operation {
	case contract.List:
		why = g.bindList()
	case contract.Create:
		why = g.refuseValues() // the rest of the key comes with the body
	default:
		why = g.bindKey()
	}
	if why != Granted {
		return Grant{}, why
	}
	g.markKeyed()
	return g, Granted
}

// bindScope gives the scope's attributes the principal's values. A path variable
// of the same name must agree: it selects inside the scope and never widens it.
func (g *Grant) bindScope(path map[string]string) Why {
	for _, b := range g.view.Scope {
		name := b.Attribute.Name
		asked, inPath := path[name]
		values, list := operandValues(b.Value, g.principal)
		if len(values) == 0 {
			return NoClaim
		}
		value := values[0]
		if list {
			if !inPath || b.Contains {
				return ListClaim
			}
			if !slices.Contains(values, asked) {
				return OutOfScope
			}
			value = asked
		}
		if b.Contains {
			if !isText(value) {
				return RefusedValue
			}
			g.checks = append(g.checks, Check{Condition: condition(b.Attribute, contract.Contains, value)})
			continue
		}
		value, ok := canonical(b.Attribute, value)
		if !ok {
			return RefusedValue
		}
		if inPath {
			if asked, ok = canonical(b.Attribute, asked); !ok || asked != value {
				return OutOfScope
			}
		}
		if have, twice := g.bound[name]; twice && have != value {
			return OutOfScope
		}
		g.bound[name] = value
		g.checks = append(g.checks, Check{Condition: condition(b.Attribute, contract.Eq, value)})
	}
	return Granted
}

// bindPath gives the attributes that path variables name, and the scope does
// not, the path's values.
func (g *Grant) bindPath(path map[string]string) Why {
	for _, s := range g.route.Segments {
		name := s.Variable
		if name == "" {
			continue
		}
		if _, done := g.bound[name]; done {
			continue
		}
		a := g.view.Of.Attributes[name]
		if a == nil {
			return NotBound
		}
		value, ok := canonical(a, path[name])
		if !ok {
			return RefusedValue
		}
		g.bound[name] = value
		g.checks = append(g.checks, Check{Condition: condition(a, contract.Eq, value)})
	}
	return Granted
}

// refuseValues applies each template of the type to what is bound so far.
func (g *Grant) refuseValues() Why {
	for _, t := range g.view.Of.Keys {
		if _, _, err := t.Compose(g.Bound); err != nil {
			return RefusedValue
		}
	}
	return Granted
}

func (g *Grant) bindKey() Why {
	for _, name := range g.view.Of.Table.KeyNames() {
		value, whole, why := g.compose(name)
		if why != Granted {
			return why
		}
		if !whole {
			return NotBound
		}
		g.key = append(g.key, KeyValue{g.view.Of.Attributes[name], value})
	}
	return Granted
}

func (g *Grant) bindList() Why {
	t := g.view.Of.Table
	partition, sort := []string{t.Partition}, []string{t.Sort}
	if x := g.route.Index; x != nil {
		partition, sort = x.Partition, x.Sort
	} else if t.Sort == "" {
		sort = nil
	}
	for _, name := range partition {
		value, whole, why := g.compose(name)
		if why != Granted {
			return why
		}
		if !whole {
			if g.view.Scan == "" {
				return NotBound
			}
			g.scan, g.asked = true, nil
			return Granted
		}
		g.asked = append(g.asked, condition(g.view.Of.Attributes[name], contract.Eq, value))
	}
	if g.view.Any && !g.view.ByPartition && g.view.Scan == "" {
		return NotBound
	}
	for _, name := range sort {
		value, whole, why := g.compose(name)
		switch {
		case why != Granted:
			return why
		case whole:
			g.asked = append(g.asked, condition(g.view.Of.Attributes[name], contract.Eq, value))
			continue
		case value != "":
			g.asked = append(g.asked, condition(g.view.Of.Attributes[name], contract.BeginsWith, value))
		}
		break // what follows a sort attribute that is not fixed takes no condition
	}
	return Granted
}

// compose gives a key attribute's value, or the prefix that is known of it.
func (g *Grant) compose(name string) (value string, whole bool, why Why) {
	value, whole, err := g.view.Of.Keys[name].Compose(g.Bound)
	if errors.Is(err, contract.ErrRefused) || len(value) > KeyLimit(g.view.Of.Table, name) {
		return "", false, RefusedValue
	}
	return value, whole, Granted
}

// KeyLimit is the longest value of a key attribute in bytes, as DynamoDB has it:
// 1,024 where it sorts anything, else 2,048.
func KeyLimit(t *contract.Table, name string) int {
	sorts := name == t.Sort
	for _, x := range t.Indexes {
		sorts = sorts || slices.Contains(x.Sort, name)
	}
	if sorts {
		return maxSort
	}
	return maxPartition
}

// markKeyed marks the checks that the operation's key decides.
func (g *Grant) markKeyed() {
	for i := range g.checks {
		c := &g.checks[i]
		for _, k := range g.key {
			c.ByKey = c.ByKey || g.Fixes(k.Attribute.Name, c.Attribute.Name)
		}
		for _, a := range g.asked {
			c.ByKey = c.ByKey || g.Fixes(a.Attribute.Name, c.Attribute.Name)
		}
	}
}

// operandValues are the values that an operand may have: none where nothing
// gives it one. Nobody stands behind an anonymous principal, whatever it claims.
func operandValues(o contract.Operand, p contract.Principal) (values []string, list bool) {
	switch {
	case o.Kind == contract.FromConstant:
		return []string{o.Constant.Text}, false
	case p.IsAnonymous():
		return nil, false
	case o.Kind == contract.FromID:
		return []string{p.ID}, false
	case o.Kind == contract.FromClaim:
		c := p.Claims[o.Claim]
		return c.Values, c.List || len(c.Values) > 1
	}
	return nil, false
}

func condition(a *contract.Attribute, op contract.Operator, values ...string) contract.Condition {
	return contract.Condition{Attribute: a, Operator: op, Values: values}
}

// canonical is the value as conditions hold it, when it may stand for an
// attribute of a key or a scope. A number must be canonical already: two
// spellings of one key would be two words for one item (leak ledger, row 16).
// Types that no path segment and no claim writes have none.
func canonical(a *contract.Attribute, value string) (string, bool) {
	switch a.Type {
	case contract.N:
		digits, err := item.Canonical(value)
		return digits, err == nil && digits == value
	case contract.BOOL:
		return value, value == "true" || value == "false"
	case contract.S:
		return value, isText(value)
	}
	return "", false
}

// isText refuses what JSON would not carry as it is: bytes that are no UTF-8
// would all become one replacement character, and two ids one key.
func isText(value string) bool { return value != "" && utf8.ValidString(value) }
