// Package access decides. From a contract, a principal and what is asked for it
// makes grants, or says why not. It is pure: no I/O, no clock, and the only
// place in the module where a Grant comes from. It never looks at an item; what
// an item must still prove is written in the grant as checks.
package access

import (
	"slices"

	"github.com/discreet-dev/discreet/internal/contract"
)

// Grant is the decision that a principal may do an operation through a view.
// Only Decide makes one that permits anything: the zero Grant has no view, no
// key and no conditions, and every consumer refuses it.
type Grant struct {
	principal contract.Principal
	route     *contract.Route
	view      *contract.View
	bound     map[string]string
	key       []KeyValue
	asked     []contract.Condition
	checks    []Check
	scan      bool
}

// KeyValue is a key attribute and its exact value: text of an S, canonical
// digits of an N, base64 of a B.
type KeyValue struct {
	Attribute *contract.Attribute
	Value     string
}

// Check is what an item must prove before the view shows it.
type Check struct {
	contract.Condition
	// ByKey: the operation's key already decides it; checked again on the item
	// because an answer may be another's (leak ledger, row 31).
	ByKey bool
}

// Permits reports whether the grant is one that Decide made.
func (g Grant) Permits() bool { return g.view != nil }

// View is the view that the grant is for; nil in a zero Grant.
func (g Grant) View() *contract.View { return g.view }

// Route is the route that was asked for.
func (g Grant) Route() *contract.Route { return g.route }

// Operation is what may be done.
func (g Grant) Operation() contract.Operation {
	if g.route == nil {
		return ""
	}
	return g.route.Operation
}

// Principal is who may do it.
func (g Grant) Principal() contract.Principal { return g.principal }

// Bound is the value that scope or path gives an attribute or a variable.
func (g Grant) Bound(name string) (string, bool) {
	v, ok := g.bound[name]
	return v, ok
}

// Fixes reports whether what is bound of a key attribute's template, all of it
// or a prefix, holds the variable: a prefix ends with the literal behind the
// last variable in it, so that it fixes all before the first that is not bound.
func (g Grant) Fixes(key, variable string) bool {
	if !g.Permits() {
		return false
	}
	for _, p := range g.view.Of.Keys[key].Parts {
		if p.Variable == "" {
			continue
		}
		if _, ok := g.bound[p.Variable]; !ok {
			return false
		}
		if p.Variable == variable {
			return true
		}
	}
	return false
}

// Key is the exact primary key of a get, update or delete, the partition key
// first; nil for a list and a create.
func (g Grant) Key() []KeyValue { return g.key }

// Asked are a list's key conditions, partition attributes first. Every item
// that comes back must satisfy them, else the answer is to another question.
func (g Grant) Asked() []contract.Condition { return g.asked }

// Checks are what the scope, and path variables beyond the key, ask of an item.
func (g Grant) Checks() []Check { return g.checks }

// ByData are the checks that no key decides.
func (g Grant) ByData() []contract.Condition {
	var out []contract.Condition
	for _, c := range g.checks {
		if !c.ByKey {
			out = append(out, c.Condition)
		}
	}
	return out
}

// OwnsKey is OwnsKey of the grant's view.
func (g Grant) OwnsKey() bool { return g.Permits() && OwnsKey(g.view) }

// OwnsKey reports whether the view's primary key itself keeps principals apart:
// the partition key holds a value of the principal's own, and the whole key all
// that the scope binds. Whatever is stored under such a key is in scope, so that
// its existence is no news about anybody else's item.
func OwnsKey(v *contract.View) bool {
	partition := v.Of.Keys[v.Of.Table.Partition].Variables()
	key := slices.Concat(partition, v.Of.Keys[v.Of.Table.Sort].Variables())
	owns := false
	for _, b := range v.Scope {
		if b.Contains || !slices.Contains(key, b.Attribute.Name) {
			return false
		}
		owns = owns || b.Value.OfPrincipal() && slices.Contains(partition, b.Attribute.Name)
	}
	return owns
}

// Scans reports whether the view, with its own reason, may read a whole table.
func (g Grant) Scans() bool { return g.scan }
