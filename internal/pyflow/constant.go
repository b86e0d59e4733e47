package pyflow

import "github.com/discreet-dev/discreet/internal/python"

// Constant is None, True or False.
type Constant python.ConstantKind

// RefKey implements Ref.
func (c Constant) RefKey() string { return "k:" + string('0'+rune(c)) }

// decided says whether a condition on a parameter is settled by what the call
// gave for it: `full=True`, a callback that was left out. Other variables change
// in ways that are not followed closely enough to leave a branch out for them.
func (f *frame) decided(test python.Expr) (holds, known bool) {
	switch t := test.(type) {
	case *python.Name:
		if f.isParam(t.ID) {
			return truthOf(f.env.vars.get(t.ID))
		}
	case *python.UnaryOp:
		if t.Op == python.Not {
			holds, known = f.decided(t.Operand)
			return !holds, known
		}
	case *python.Call:
		if isName(t.Func, "hasattr") && len(t.Args) == 2 {
			if name, ok := t.Args[1].(*python.String); ok && f.defines(f.eval(t.Args[0]), name.Value) {
				return true, true
			}
		}
	case *python.Compare:
		n, ok := t.Left.(*python.Name)
		if !ok || len(t.Ops) != 1 || !f.isParam(n.ID) || t.Ops[0] != python.Is && t.Ops[0] != python.IsNot {
			return false, false
		}
		c, ok := t.Rights[0].(*python.Constant)
		v := f.env.vars.get(n.ID)
		if !ok || !settled(v) {
			return false, false
		}
		return (len(v.Refs) == 1 && v.Refs[0] == Constant(c.Kind)) == (t.Ops[0] == python.Is), len(v.Refs) == 1
	}
	return false, false
}

// defines says whether a class of the tree, or an object of one, has an attribute
// that its body sets.
func (f *frame) defines(v *Value, name string) bool {
	found := false
	for _, r := range valueRefs(v) {
		var c *Class
		switch r := r.(type) {
		case *Class:
			c = r
		case *Instance:
			c = r.Class
		}
		if c == nil || c.Attr(name) == nil {
			return false
		}
		found = true
	}
	return found
}

func (f *frame) isParam(name string) bool {
	if f.fn == nil {
		return false
	}
	for i := range f.fn.Params {
		if f.fn.Params[i].Name == name {
			return true
		}
	}
	return false
}

// settled says that all is known of what a value may be.
func settled(v *Value) bool {
	if v == nil || len(v.Refs) == 0 || len(v.Marks)+len(v.Fields) > 0 || v.Elem != nil || v.Shape != Opaque {
		return false
	}
	for _, r := range v.Refs {
		switch r.(type) {
		case Constant, *Func, *Bound, *Partial, *Class:
		default:
			return false
		}
	}
	return true
}

func truthOf(v *Value) (holds, known bool) {
	if !settled(v) {
		return false, false
	}
	for i, r := range v.Refs {
		c, constant := r.(Constant)
		truth := !constant || c == Constant(python.True)
		if i > 0 && truth != holds {
			return false, false
		}
		holds = truth
	}
	return holds, true
}
