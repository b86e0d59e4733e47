package pyflow

import (
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/python"
)

func (f *frame) subscript(e *python.Subscript) *Value {
	base := f.eval(e.Value)
	if s, ok := e.Index.(*python.Slice); ok {
		f.eval(s)
		return base
	}
	if n, ok := e.Index.(*python.Number); ok {
		i, err := strconv.Atoi(n.Text)
		if err == nil {
			return f.element(base, i)
		}
	}
	if _, ok := e.Index.(*python.UnaryOp); ok {
		return f.iterate(base)
	}
	key := f.eval(e.Index)
	f.spot = f.Place(e)
	v := f.index(base, key)
	if len(base.Externals()) > 0 {
		v = Join(v, f.externalIndex(base, key, e))
	}
	return v
}

// externalIndex is x["name"] for something outside the tree, as x.name.
func (f *frame) externalIndex(base, key *Value, at python.Expr) *Value {
	var out []*Value
	for _, r := range valueRefs(base) {
		if x, ok := r.(External); ok {
			name := key.Text()
			if name == "" {
				name = "[]"
			}
			if v := f.engine.library.Attribute(f, Of(x), name, at); v != nil {
				out = append(out, v)
			} else if strings.Count(string(x), ".") < 8 {
				out = append(out, Of(External(string(x)+"."+name)))
			}
		}
	}
	return Join(out...)
}

// index is base[key].
func (f *frame) index(base, key *Value) *Value {
	if base == nil {
		return nil
	}
	texts := key.Texts()
	var out []*Value
	found := false
	for _, t := range texts {
		if v, ok := base.Fields[t]; ok {
			out = append(out, v)
			found = true
		}
	}
	if found && len(out) == len(texts) && len(key.Marks) == 0 {
		return Join(out...)
	}
	if len(texts) == 0 || len(key.Marks) > 0 {
		for _, k := range base.FieldNames() {
			out = append(out, base.Fields[k])
		}
	}
	out = append(out, base.Elem)
	if len(base.Marks) > 0 {
		out = append(out, f.transform(base.Marks, func(m Mark) []Mark {
			if len(texts) == 0 {
				return f.engine.library.Index(f, m, "", false)
			}
			var all []Mark
			for _, t := range texts {
				all = append(all, f.engine.library.Index(f, m, t, true)...)
			}
			return all
		}))
	}
	for _, r := range base.Refs {
		switch r := r.(type) {
		case *Instance:
			if get := r.Class.Method("__getitem__"); get != nil {
				out = append(out, f.invoke(get, &Value{Refs: []Ref{r}, Marks: base.Marks}, &Call{Args: []*Value{key}, Keywords: map[string]*Value{}}))
			}
		case *Class: // Repository[User] is a Repository
			out = append(out, Of(r))
		}
	}
	return Join(out...)
}

// element is the i-th of a tuple or a list.
func (f *frame) element(base *Value, i int) *Value {
	if base == nil {
		return nil
	}
	if v, ok := base.Fields[strconv.Itoa(i)]; ok && base.Shape != Dict {
		return v
	}
	if base.Shape == Dict {
		return f.index(base, nil)
	}
	return f.iterate(base)
}

// iterate is what `for x in base` gives x.
func (f *frame) iterate(base *Value) *Value {
	if base == nil {
		return nil
	}
	var out []*Value
	if base.Shape == Dict {
		for _, k := range base.FieldNames() {
			out = append(out, Of(Text(k)))
		}
	} else {
		for _, k := range base.FieldNames() {
			out = append(out, base.Fields[k])
		}
		out = append(out, base.Elem)
	}
	if len(base.Marks) > 0 {
		out = append(out, f.transform(base.Marks, func(m Mark) []Mark { return f.engine.library.Iterate(m, Elements) }))
	}
	for _, r := range base.Refs {
		switch r := r.(type) {
		case External:
			if strings.Count(string(r), ".") < 8 {
				out = append(out, Of(External(string(r)+"[]")))
			}
		case *Instance:
			if iter := r.Class.Method("__iter__"); iter != nil {
				// What an object gives to be iterated over is often the object itself.
				out = append(out, f.iterate(withoutInstances(f.invoke(iter, &Value{Refs: []Ref{r}, Marks: base.Marks}, &Call{Keywords: map[string]*Value{}}))))
			}
		}
	}
	return Join(out...)
}

func withoutInstances(v *Value) *Value {
	if v == nil {
		return nil
	}
	out := *v
	out.key = 0
	out.Refs = nil
	for _, r := range v.Refs {
		if _, ok := r.(*Instance); !ok {
			out.Refs = append(out.Refs, r)
		}
	}
	return &out
}

func (f *frame) sequence(elts []python.Expr, shape Shape) *Value {
	out := &Value{Shape: shape}
	for i, e := range elts {
		v := f.eval(e)
		if _, ok := e.(*python.Starred); ok {
			out.Elem = Join(out.Elem, f.iterate(v))
			continue
		}
		if i >= maxFields || shape == List {
			out.Elem = Join(out.Elem, v)
			continue
		}
		if out.Fields == nil {
			out.Fields = map[string]*Value{}
		}
		out.Fields[strconv.Itoa(i)] = v
	}
	return out
}

func (f *frame) dict(e *python.Dict) *Value {
	out := &Value{Shape: Dict, Fields: map[string]*Value{}}
	for _, item := range e.Items {
		v := f.eval(item.Value)
		if item.Key == nil {
			out = f.overlay(out, v)
			continue
		}
		key := f.eval(item.Key)
		if t := key.Text(); t != "" && len(out.Fields) < maxFields {
			out.Fields[t] = f.via(v, f.Place(item.Value), "put under "+t)
			continue
		}
		out.Elem = Join(out.Elem, v)
	}
	return out
}

// overlay is {**a, **b}.
func (f *frame) overlay(a, b *Value) *Value {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	out := &Value{Shape: Dict, Fields: cloneFields(a.Fields), Elem: Join(a.Elem, b.Elem), Marks: joinMarks(a.Marks, b.Marks)}
	for k, v := range b.Fields {
		out.Fields[k] = v
	}
	return out
}

func (f *frame) comprehension(e *python.Comprehension) *Value {
	saved := f.env
	f.env = saved.clone()
	for i := range e.Clauses {
		c := &e.Clauses[i]
		f.assign(c.Target, f.iterate(f.eval(c.Iter)))
		for _, test := range c.Ifs {
			f.env.learn(f.test(test))
			f.narrow(test, true)
		}
	}
	var out *Value
	if e.Kind == python.DictComp {
		key, v := f.eval(e.Key), f.engine.library.Keep(f, f.eval(e.Elt))
		out = f.entry(key, v, e)
	} else {
		out = &Value{Shape: List, Elem: f.engine.library.Keep(f, f.eval(e.Elt))}
	}
	f.env = saved
	return out
}
