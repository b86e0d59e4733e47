package pyflow

import "github.com/discreet-dev/discreet/internal/python"

// Keyed is a mark of a dict whose keys are partly known. MayHold says whether
// the dict may have a key that a test has found; elsewhere says that something
// else that the value may be has it for certain.
type Keyed interface {
	MayHold(key string, elsewhere bool) bool
}

// has reads a test that holds only where a variable's value has a key:
// `"k" in v`, `v.get("k")`, `v["k"] == "x"`, `v.get("k") is not None`.
func has(test python.Expr, holds bool) (name, key string) {
	c, ok := test.(*python.Compare)
	if !ok {
		if !holds {
			return "", ""
		}
		return entry(test)
	}
	if len(c.Ops) != 1 {
		return "", ""
	}
	right := c.Rights[0]
	constant, isConstant := right.(*python.Constant)
	none := isConstant && constant.Kind == python.None
	switch op := c.Ops[0]; {
	case op == python.In && holds || op == python.NotIn && !holds:
		k, isText := c.Left.(*python.String)
		v, isName := right.(*python.Name)
		if isText && isName {
			return v.ID, k.Value
		}
	case none && (op == python.IsNot && holds || op == python.Is && !holds),
		!none && literal(right) && (op == python.Eq && holds || op == python.NotEq && !holds):
		return entry(c.Left)
	}
	return "", ""
}

func literal(e python.Expr) bool {
	switch e.(type) {
	case *python.String, *python.Number, *python.Constant:
		return true
	}
	return false
}

// entry reads `v["k"]` and `v.get("k")`.
func entry(e python.Expr) (name, key string) {
	var of, at python.Expr
	switch e := e.(type) {
	case *python.Subscript:
		of, at = e.Value, e.Index
	case *python.Call:
		if a, ok := e.Func.(*python.Attribute); ok && a.Attr == "get" && len(e.Args) == 1 && len(e.Keywords) == 0 {
			of, at = a.Value, e.Args[0]
		}
	}
	v, isName := of.(*python.Name)
	k, isText := at.(*python.String)
	if !isName || !isText {
		return "", ""
	}
	return v.ID, k.Value
}

// hold leaves out of a variable what has no such key.
func (f *frame) hold(name, key string) {
	v := f.env.vars.get(name)
	if v == nil || len(v.Marks) == 0 {
		return
	}
	elsewhere := v.Fields[key] != nil
	var kept []Traced
	for _, t := range v.Marks {
		if m, ok := t.Mark.(Keyed); !ok || m.MayHold(key, elsewhere) {
			kept = append(kept, t)
		}
	}
	if len(kept) < len(v.Marks) {
		f.env.vars.set(name, &Value{Refs: v.Refs, Marks: kept, Fields: v.Fields, Elem: v.Elem, Shape: v.Shape})
	}
}
