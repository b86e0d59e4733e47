package pyflow

import (
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/python"
)

// pairsOf is the pair that dict() takes entries from, nil where it is given
// something else than pairs.
func (f *frame) pairsOf(v *Value) *Value {
	switch {
	case v.Shape == List:
	case len(v.Refs) > 0:
		for _, r := range v.Refs {
			if i, ok := r.(*Instance); !ok || i.Class.Method("__iter__") == nil {
				return nil
			}
		}
	default:
		return nil
	}
	pair := f.iterate(v)
	if pair == nil || pair.Shape != Tuple {
		return nil
	}
	return pair
}

// dictOf is a dict of entries that are all like one pair.
func (f *frame) dictOf(pair *Value, at *python.Call) *Value {
	return f.entry(f.element(pair, 0), f.engine.library.Keep(f, f.element(pair, 1)), at)
}

// entry is a dict of one entry, or of many alike.
func (f *frame) entry(key, v *Value, at python.Expr) *Value {
	out := &Value{Shape: Dict}
	for _, m := range f.engine.library.Store(f, key, v, at) {
		var prev *Trace
		if deep := v.Deep(); len(deep) > 0 {
			prev = deep[0].Trace
		}
		out.Marks = append(out.Marks, Traced{m, &Trace{Place: f.Place(at), Text: "copied attribute by attribute", Prev: prev, In: f.fn, Copied: true, length: 2}})
	}
	if len(out.Marks) > 0 {
		return out
	}
	out.Elem = v
	if texts := key.Texts(); len(texts) > 0 {
		out.Fields = map[string]*Value{}
		for _, t := range texts {
			out.Fields[t] = v
		}
	}
	return out
}

// Getter is operator.itemgetter or attrgetter, with the names that it takes.
type Getter struct{ Names []*Value }

// RefKey implements Ref.
func (g *Getter) RefKey() string {
	key := "get"
	for _, n := range g.Names {
		key += ":" + n.keyText()
	}
	return key
}

// from is what the getter takes from a value.
func (g *Getter) from(f *frame, v *Value) *Value {
	if len(g.Names) == 1 {
		return f.index(v, g.Names[0])
	}
	out := &Value{Shape: Tuple, Fields: map[string]*Value{}}
	for i, n := range g.Names {
		out.Fields[strconv.Itoa(i)] = f.index(v, n)
	}
	return out
}

// submitted is what an executor calls: submit(function, ...) and its like. The
// future stands for what the function gives.
func (f *frame) submitted(c *Call) (*Value, bool) {
	args := c.Args
	if c.Method == "run_in_executor" && len(args) > 0 {
		args = args[1:]
	}
	if len(args) == 0 || !f.inTree(args[0]) && !strings.Contains(args[0].name(), ".") {
		return nil, false
	}
	if c.Method == "map" {
		var items []*Value
		for _, a := range args[1:] {
			items = append(items, f.iterate(a))
		}
		return &Value{Shape: List, Elem: f.Apply(args[0], items, nil)}, true
	}
	return f.call(args[0], &Call{Callee: args[0], Args: args[1:], Keywords: c.Keywords, At: c.At, Before: maxFields}), true // no argument stands where the call has it
}

// name is the one external name that a value is, or "".
func (v *Value) name() string {
	if x := v.Externals(); len(x) == 1 {
		return x[0]
	}
	return ""
}
