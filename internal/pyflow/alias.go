package pyflow

import "github.com/discreet-dev/discreet/internal/python"

// alias is a variable that stands for a part of something else, so that what is
// done to it in place is done to that: rows = body["rows"], or the variable of a
// loop, which stands for an element.
type alias struct {
	of      python.Expr
	element bool
}

// aliased notes that a variable was taken out of a container.
func (f *frame) aliased(target, from python.Expr, element bool) {
	n, ok := target.(*python.Name)
	if !ok {
		return
	}
	whole := false // another name for all of it, whatever it is
	switch from := from.(type) {
	case *python.Subscript, *python.Attribute:
	case *python.Name:
		if from.ID == n.ID {
			return
		}
		whole = true
	default:
		return
	}
	if v := f.env.vars.get(n.ID); !element && (v == nil || v.Shape == Opaque && (!whole || len(v.Marks) == 0) || v.Shape == Tuple) {
		return
	}
	if f.aliases == nil {
		f.aliases = map[string]alias{}
	}
	f.aliases[n.ID] = alias{from, element}
}

// through does to what a variable stands for what was done to it. The alias is
// set aside meanwhile: a = b, b = a must not go round.
func (f *frame) through(name string, change func(alias)) {
	a, ok := f.aliases[name]
	if !ok {
		return
	}
	delete(f.aliases, name)
	change(a)
	f.aliases[name] = a
}
