package template

import (
	"math/big"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// fromCty makes a tree of a value that is known; every node stands at one place.
func fromCty(v cty.Value, at finding.Location, depth int) (policy.Node, bool) {
	if depth > maxDepth || v == cty.NilVal || v.IsMarked() || !v.IsKnown() {
		return policy.Node{}, false
	}
	n := policy.Node{Location: at}
	if v.IsNull() {
		n.Kind = policy.Null
		return n, true
	}
	t := v.Type()
	switch {
	case t == cty.String:
		n.Kind, n.Text = policy.String, v.AsString()
	case t == cty.Number:
		n.Kind, n.Text = policy.Number, digits(v.AsBigFloat())
		return n, n.Text != ""
	case t == cty.Bool:
		n.Kind, n.Text = policy.Bool, "false"
		if v.True() {
			n.Text = "true"
		}
	case t.IsTupleType(), t.IsListType(), t.IsSetType():
		n.Kind = policy.List
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			child, ok := fromCty(e, at, depth+1)
			if !ok {
				return n, false
			}
			n.Elements = append(n.Elements, child)
		}
	case t.IsObjectType(), t.IsMapType():
		n.Kind = policy.Object
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			child, ok := fromCty(e, at, depth+1)
			if !ok {
				return n, false
			}
			n.Members = append(n.Members, policy.Member{Name: k.AsString(), At: at, Value: child})
		}
	default:
		return n, false
	}
	return n, true
}

// digits writes a number out, "" where its exponent would fill the memory.
func digits(f *big.Float) string {
	if exponent := f.MantExp(nil); f.IsInf() || exponent > 512 || exponent < -512 {
		return ""
	}
	return f.Text('f', -1)
}

// toCty makes a value of a tree in which nothing is unknown.
func toCty(n *policy.Node, depth int) (cty.Value, bool) {
	if depth > maxDepth {
		return cty.NilVal, false
	}
	switch n.Kind {
	case policy.Null:
		return cty.NullVal(cty.DynamicPseudoType), true
	case policy.Bool:
		return cty.BoolVal(n.Text == "true"), true
	case policy.Number:
		v, err := cty.ParseNumberVal(n.Text)
		return v, err == nil
	case policy.String:
		return cty.StringVal(n.Text), true
	case policy.List:
		var out []cty.Value
		for i := range n.Elements {
			v, ok := toCty(&n.Elements[i], depth+1)
			if !ok {
				return v, false
			}
			out = append(out, v)
		}
		return cty.TupleVal(out), true
	case policy.Object:
		out := map[string]cty.Value{}
		for i := range n.Members {
			v, ok := toCty(&n.Members[i].Value, depth+1)
			if !ok {
				return v, false
			}
			out[n.Members[i].Name] = v
		}
		return cty.ObjectVal(out), true
	}
	return cty.NilVal, false
}

// converted are arguments of the types that a function takes, where they have
// such a form: a function then sees lists where the tree has tuples.
func converted(f function.Function, values []cty.Value) []cty.Value {
	params, variadic := f.Params(), f.VarParam()
	for i, v := range values {
		want := cty.DynamicPseudoType
		if i < len(params) {
			want = params[i].Type
		} else if variadic != nil {
			want = variadic.Type
		}
		if c, err := convert.Convert(v, want); err == nil {
			values[i] = c
		}
	}
	return values
}
