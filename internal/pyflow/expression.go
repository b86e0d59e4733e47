package pyflow

import (
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/python"
)

const maxText = 4096

func (f *frame) eval(e python.Expr) *Value {
	if e == nil {
		return nil
	}
	f.engine.steps++
	f.engine.total++
	if f.engine.steps > maxSteps || f.engine.total > maxTotal {
		return nil
	}
	switch e := e.(type) {
	case *python.Name:
		return f.name(e.ID)
	case *python.Attribute:
		return f.attribute(f.eval(e.Value), e.Attr, e)
	case *python.Subscript:
		return f.subscript(e)
	case *python.Call:
		return f.evalCall(e)
	case *python.String:
		if e.Bytes || len(e.Value) > maxText {
			return nil
		}
		return Of(Text(e.Value))
	case *python.FString:
		return f.fstring(e)
	case *python.Field:
		return f.eval(e.Value)
	case *python.BinOp:
		l, r := f.eval(e.Left), f.eval(e.Right)
		if e.Op == python.Add {
			return f.add(l, r)
		}
		if e.Op == python.BitOr && l != nil && r != nil && (l.Shape == Dict || r.Shape == Dict) {
			return f.overlay(l, r)
		}
		if e.Op == python.Mod && len(l.Texts()) > 0 {
			return &Value{Marks: f.engine.library.Compose(f.parts(l, r))}
		}
		return Join(f.textual(l), f.textual(r))
	case *python.BoolOp:
		var all []*Value
		for _, v := range e.Values {
			x := f.eval(v)
			all = append(all, x)
		}
		return Join(all...)
	case *python.UnaryOp:
		v := f.eval(e.Operand)
		if e.Op == python.Not {
			return f.truth(v, e)
		}
		return v
	case *python.Compare:
		return f.compare(e)
	case *python.Named:
		v := f.eval(e.Value)
		f.assign(e.Target, v)
		return v
	case *python.Lambda:
		return Of(f.lambda(e))
	case *python.IfExp:
		var a, b *Value
		f.branch(e.Test, func() { a = f.eval(e.Body) }, func() { b = f.eval(e.Else) })
		return Join(a, b)
	case *python.Tuple:
		return f.sequence(e.Elts, Tuple)
	case *python.List:
		return f.sequence(e.Elts, List)
	case *python.Set:
		return f.sequence(e.Elts, List)
	case *python.Dict:
		return f.dict(e)
	case *python.Comprehension:
		return f.comprehension(e)
	case *python.Starred:
		return f.eval(e.Value)
	case *python.Slice:
		f.eval(e.Low)
		f.eval(e.High)
		return nil
	case *python.Await:
		return f.eval(e.Value)
	case *python.Yield:
		v := f.eval(e.Value)
		f.value = Join(f.value, &Value{Shape: List, Elem: v})
		return nil
	case *python.YieldFrom:
		v := f.eval(e.Value)
		f.value = Join(f.value, v)
		return nil
	case *python.Number:
		return nil
	case *python.Constant:
		return nil
	}
	return nil
}

// truth is a value of which only the truth is asked: what a test established
// stays, data does not.
func (f *frame) truth(v *Value, at python.Expr) *Value {
	if v == nil {
		return nil
	}
	var out []Traced
	for _, t := range v.Marks {
		if _, ok := t.Mark.(Tested); ok {
			out = append(out, t)
		}
	}
	for _, m := range f.engine.library.Compare(f, v, nil, python.Is, at) {
		out = append(out, Traced{Mark: m})
	}
	if len(out) == 0 {
		return nil
	}
	return &Value{Marks: out}
}

// Tested is a mark that says what a test has established; it outlives `not`.
type Tested interface{ Tested() }

func (f *frame) name(id string) *Value {
	for g := f; g != nil; g = g.outer {
		// A class's names are not those of its methods.
		if g.class != nil && g.fn == nil && g != f {
			continue
		}
		if v, ok := g.env.vars[id]; ok {
			return v
		}
	}
	if v, ok := f.module.globals.vars[id]; ok {
		return v
	}
	for _, s := range f.module.File.Body { // a function used above its definition
		if def, ok := s.(*python.ClassDef); ok && def.Name == id && f.module.state == loading && f.fn != nil {
			return nil
		}
	}
	if v := f.engine.library.Name(f, id); v != nil {
		return v
	}
	return Of(External(id))
}

func (f *frame) attribute(base *Value, name string, at *python.Attribute) *Value {
	var out []*Value
	for _, r := range valueRefs(base) {
		switch r := r.(type) {
		case *Module:
			out = append(out, r.global(f.engine, name))
		case *Instance:
			out = append(out, f.instanceAttribute(r, name))
		case *Class:
			v := r.find(name, nil)
			out = append(out, bind(v, Of(r), true))
		case External:
			if at != nil {
				if v := f.engine.library.Attribute(f, Of(r), name, at); v != nil {
					out = append(out, v)
					continue
				}
			}
			full := string(r) + "." + name
			if m := f.engine.program.Find(f.module, full, 0); m != nil {
				out = append(out, Of(m))
			} else if strings.Count(full, ".") < 8 {
				out = append(out, Of(External(full)))
			}
		case *Exc:
			switch name {
			case "args", "message", "msg", "description", "detail", "messages", "reason", "error", "__cause__", "orig":
				out = append(out, r.Message)
			}
			if at != nil {
				out = append(out, f.engine.library.Attribute(f, Of(r), name, at))
			}
		}
	}
	if base != nil && len(base.Marks) > 0 {
		out = append(out, f.transform(base.Marks, func(m Mark) []Mark { return f.engine.library.Index(m, name, true) }))
	}
	if v := base.Field(name); v != nil {
		out = append(out, v)
	}
	v := Join(out...)
	if at != nil && v == nil {
		v = f.engine.library.Attribute(f, base, name, at)
	}
	return v
}

func (f *frame) instanceAttribute(i *Instance, name string) *Value {
	self := Of(i)
	if v, ok := i.fields[name]; ok {
		return v
	}
	v := i.Class.find(name, nil)
	for _, r := range valueRefs(v) {
		if fn, ok := r.(*Func); ok && fn.Getter {
			return f.invoke(fn, self, &Call{Keywords: map[string]*Value{}})
		}
	}
	if name == "__class__" {
		return Of(i.Class)
	}
	return bind(v, self, false)
}

// bind makes bound methods of functions taken from an object or a class.
func bind(v, self *Value, class bool) *Value {
	if !hasFunc(v) {
		return v
	}
	out := *v
	out.key = 0
	out.Refs = nil
	for _, r := range v.Refs {
		if fn, ok := r.(*Func); ok && fn.Class != nil && !fn.Static && (!class || fn.OfClass) {
			r = &Bound{Func: fn, Self: self}
		}
		out.Refs = append(out.Refs, r)
	}
	return &out
}

func (f *frame) transform(marks []Traced, change func(Mark) []Mark) *Value {
	var out []Traced
	for _, t := range marks {
		for _, m := range change(t.Mark) {
			out = joinMarks(out, []Traced{{m, t.Trace}})
		}
	}
	if len(out) == 0 {
		return nil
	}
	return &Value{Marks: out}
}

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
				return f.engine.library.Index(m, "", false)
			}
			var all []Mark
			for _, t := range texts {
				all = append(all, f.engine.library.Index(m, t, true)...)
			}
			return all
		}))
	}
	for _, r := range base.Refs {
		if i, ok := r.(*Instance); ok {
			if get := i.Class.Method("__getitem__"); get != nil {
				out = append(out, f.invoke(get, Of(i), &Call{Args: []*Value{key}, Keywords: map[string]*Value{}}))
			}
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
				out = append(out, f.iterate(withoutInstances(f.invoke(iter, Of(r), &Call{Keywords: map[string]*Value{}}))))
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

func (f *frame) fstring(e *python.FString) *Value {
	texts := []string{""}
	out := &Value{}
	var parts []*Value
	for _, p := range e.Parts {
		if s, ok := p.(*python.String); ok {
			texts = product(texts, []string{s.Value})
			continue
		}
		v := f.eval(p)
		if field, ok := p.(*python.Field); ok && field.Conversion == 'r' {
			v = f.textual(v)
		}
		texts = product(texts, v.Texts())
		parts = append(parts, f.textual(v))
	}
	out.Marks = f.engine.library.Compose(parts)
	for _, t := range texts {
		out.Refs = append(out.Refs, Text(t))
	}
	return out
}

// parts are a format and what it is given, as texts.
func (f *frame) parts(format, given *Value) []*Value {
	out := []*Value{f.textual(format)}
	if given != nil && given.Shape == Tuple {
		for _, k := range given.FieldNames() {
			out = append(out, f.textual(given.Fields[k]))
		}
		return out
	}
	return append(out, f.textual(given))
}

// product joins every text with every other, none where there are too many.
func product(a, b []string) []string {
	if len(a)*len(b) > 8 {
		return nil
	}
	var out []string
	for _, x := range a {
		for _, y := range b {
			if len(x)+len(y) <= maxText {
				out = append(out, x+y)
			}
		}
	}
	return out
}

// add is l + r: texts are joined, lists run together.
func (f *frame) add(l, r *Value) *Value {
	if l == nil && r == nil {
		return nil
	}
	lt, rt := l.Texts(), r.Texts()
	if len(lt)+len(rt) > 0 {
		out := &Value{}
		for _, t := range product(lt, rt) {
			out.Refs = append(out.Refs, Text(t))
		}
		out.Marks = f.engine.library.Compose([]*Value{f.textual(l), f.textual(r)})
		return out
	}
	if l != nil && l.Shape == Tuple || r != nil && r.Shape == Tuple {
		return &Value{Shape: List, Elem: Join(f.iterate(l), f.iterate(r))}
	}
	return Join(l, r)
}

// textual is a value as text: an exception is its message.
func (f *frame) textual(v *Value) *Value {
	if v == nil {
		return nil
	}
	var out []*Value
	plain := *v
	plain.key = 0
	plain.Refs = nil
	for _, r := range v.Refs {
		switch r := r.(type) {
		case *Exc:
			out = append(out, f.via(r.Message, f.here, "turned into text"))
		case Text:
			plain.Refs = append(plain.Refs, r)
		case *Instance:
			if str := r.Class.Method("__str__"); str != nil {
				out = append(out, f.invoke(str, Of(r), &Call{Keywords: map[string]*Value{}}))
			}
		default:
			plain.Refs = append(plain.Refs, r)
		}
	}
	return Join(append(out, &plain)...)
}

func (f *frame) compare(e *python.Compare) *Value {
	left := f.eval(e.Left)
	var out []Traced
	for i, op := range e.Ops {
		right := f.eval(e.Rights[i])
		for _, m := range f.engine.library.Compare(f, left, right, op, e) {
			out = append(out, Traced{Mark: m})
		}
		left = right
	}
	if len(out) == 0 {
		return nil
	}
	return &Value{Marks: out}
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
		out = &Value{Shape: Dict}
		marks := f.engine.library.Store(f, key, v, e)
		for _, m := range marks {
			var prev *Trace
			if deep := v.Deep(); len(deep) > 0 {
				prev = deep[0].Trace
			}
			out.Marks = append(out.Marks, Traced{m, &Trace{Place: f.Place(e), Text: "copied attribute by attribute", Prev: prev, In: f.fn, Copied: true, length: 2}})
		}
		if len(marks) == 0 {
			out.Elem = v
			if texts := key.Texts(); len(texts) > 0 {
				out.Fields = map[string]*Value{}
				for _, t := range texts {
					out.Fields[t] = v
				}
			}
		}
	} else {
		out = &Value{Shape: List, Elem: f.engine.library.Keep(f, f.eval(e.Elt))}
	}
	f.env = saved
	return out
}
