package pyflow

import (
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
	if f.engine.total%askEvery == 0 && f.engine.Stop != nil && f.engine.Stop() {
		f.engine.total = maxTotal + 1
	}
	if f.engine.steps > f.engine.limit || f.engine.total > maxTotal {
		return nil
	}
	switch e := e.(type) {
	case *python.Name:
		return f.name(e.ID)
	case *python.Attribute:
		base := f.eval(e.Value)
		f.spot = f.Place(e)
		return f.attribute(base, e.Attr, e)
	case *python.Subscript:
		return f.subscript(e)
	case *python.Call:
		return f.evalCall(e).bounded()
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
		keep := f.engine.library.Keep
		f.branch(e.Test, func() { a = keep(f, f.eval(e.Body)) }, func() { b = keep(f, f.eval(e.Else)) })
		return Join(a, b)
	case *python.Tuple:
		return f.sequence(e.Elts, Tuple).bounded()
	case *python.List:
		return f.sequence(e.Elts, List)
	case *python.Set:
		return f.sequence(e.Elts, List)
	case *python.Dict:
		return f.dict(e).bounded()
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
		v := f.engine.library.Keep(f, f.eval(e.Value))
		f.value = Join(f.value, &Value{Shape: List, Elem: v})
		return nil
	case *python.YieldFrom:
		v := f.eval(e.Value)
		f.value = Join(f.value, v)
		return nil
	case *python.Number:
		return nil
	case *python.Constant:
		return Of(Constant(e.Kind))
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
		if v, ok := g.env.vars.find(id); ok {
			return v
		}
	}
	if v, ok := f.module.globals.vars.find(id); ok {
		return v
	}
	if f.fn != nil && f.module.ahead(id) { // used above its definition
		return f.module.globals.vars.get(id)
	}
	if v := f.module.starred(id); v != nil {
		return v
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
			out = append(out, f.instanceAttribute(r, &Value{Refs: []Ref{r}, Marks: base.Marks}, name))
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
			if r.Object != nil && r.Object.holds(name) {
				out = append(out, f.instanceAttribute(r.Object, Of(r), name))
				continue
			}
			switch name {
			case "args", "message", "msg", "description", "detail", "messages", "reason", "error", "__cause__", "orig":
				out = append(out, r.Message)
			}
			if at != nil {
				out = append(out, f.engine.library.Attribute(f, Of(r), name, at))
			}
			if r.Class != nil {
				out = append(out, bind(r.Class.find(name, nil), Of(r), false))
			}
		}
	}
	if base != nil && len(base.Marks) > 0 {
		out = append(out, f.transform(base.Marks, func(m Mark) []Mark { return f.engine.library.Index(f, m, name, true) }))
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

// MemberOf is what the objects of the tree's own classes among base have under a
// name: a field, what a property gives, a method. It is nil for what else base is.
func (f *frame) MemberOf(base *Value, name string) *Value {
	var out []*Value
	for _, r := range valueRefs(base) {
		if i, ok := r.(*Instance); ok {
			out = append(out, f.instanceAttribute(i, &Value{Refs: []Ref{i}, Marks: base.Marks}, name))
		}
	}
	return Join(out...)
}

// instanceAttribute is self.name, where self is the instance i and what is known
// of its origin.
func (f *frame) instanceAttribute(i *Instance, self *Value, name string) *Value {
	f.engine.looked(i, name)
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
	if name == "__dict__" {
		return i.Dict()
	}
	if !hasFunc(v) && i.rest != nil {
		v = Join(v, f.index(i.rest, Of(Text(name))))
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

func (f *frame) fstring(e *python.FString) *Value {
	texts := []string{""}
	out := &Value{}
	var parts []*Value
	for _, p := range e.Parts {
		if s, ok := p.(*python.String); ok {
			texts = product(texts, []string{s.Value})
			parts = append(parts, Of(Text(s.Value)))
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
			out = append(out, f.raisedText(r))
		case Text:
			plain.Refs = append(plain.Refs, r)
		case *Instance:
			if str := r.Class.text(); str != nil {
				out = append(out, f.invoke(str, &Value{Refs: []Ref{r}, Marks: v.Marks}, &Call{Keywords: map[string]*Value{}}))
				plain.Marks = nil // what it says of itself is all that is shown
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
