// Package pyflow follows values through a tree of Python files: across calls,
// files, methods, closures and decorators, by running the code on abstract
// values. A call is followed with the arguments it has, and what it gave is kept
// for the next call with equal ones.
//
// It knows Python and nothing else. What a framework or an SDK does, and what
// is worth following, a Library says. The package runs no code, reads no file
// and reports nothing; depth, steps and sizes are bounded, so that a hostile
// tree costs time in proportion to its size.
package pyflow

import (
	"maps"
	"slices"
	"strconv"

	"github.com/discreet-dev/discreet/internal/python"
)

const (
	maxRefs   = 12
	maxMarks  = 24
	maxFields = 64
	maxNest   = 6
	maxTrace  = 24
	maxSize   = 1 << 13 // values within a value, each as often as it can be reached
)

// Ref is something that a value may be: *Func, *Class, *Instance, *Module,
// *Bound, *Exc, External, Text, or a library's own.
type Ref interface{ RefKey() string }

// Mark is a fact about where a value is from. Its meaning is the library's.
type Mark interface{ MarkKey() string }

// Place is a range of a file.
type Place struct {
	File *python.File
	python.Span
}

// Trace is the way a mark took to a value, the last step first.
type Trace struct {
	Place
	Text   string
	Prev   *Trace
	In     *Func // the function in which it happens, nil for a module's body
	Caught bool  // a way begins at it, and nothing has been made of the value yet
	Copied bool  // a container was made anew, entry by entry
	Raised bool  // the text of an exception that the tree raises was made of it
	length int
}

// Traced is a mark and the way it took.
type Traced struct {
	Mark  Mark
	Trace *Trace
}

// Shape is what kind of container a value is known to be.
type Shape uint8

// The shapes.
const (
	Opaque Shape = iota
	Dict
	List
	Tuple
)

// Value is what an expression may be. It is not changed once made; nil is a
// value of which nothing is known.
type Value struct {
	Refs   []Ref
	Marks  []Traced
	Fields map[string]*Value // entries under known keys; of a tuple, by index
	Elem   *Value            // entries under other keys, or a list's elements
	Shape  Shape

	key  uint64
	size int // of it and of what it holds; known with key
}

// External is something outside the tree, by its dotted name: "boto3.client".
// The result of calling it has "()" behind the name.
type External string

// Text is a string constant.
type Text string

// Bound is a method and the object it was taken from.
type Bound struct {
	Func *Func
	Self *Value
}

// Exc is an exception. Class is set for one that the tree defines; Name is the
// class's name in any case, "" for an exception of any class. Object holds what
// the class's own __init__ has set.
type Exc struct {
	Name    string
	Class   *Class
	Object  *Instance
	Message *Value
	At      Place
}

func (e External) RefKey() string { return "x:" + string(e) }
func (t Text) RefKey() string     { return "t:" + string(t) }
func (b *Bound) RefKey() string   { return "b:" + b.Func.RefKey() + b.Self.keyText() }
func (e *Exc) RefKey() string {
	key := "e:" + e.Name + e.Message.keyText()
	if e.Object != nil {
		key += e.Object.RefKey()
	}
	return key
}

// Of makes a value of references.
func Of(refs ...Ref) *Value { return &Value{Refs: refs} }

// Marked makes a value of one mark, which begins here.
func Marked(m Mark, at Place, text string) *Value {
	return &Value{Marks: []Traced{{m, &Trace{Place: at, Text: text, length: 1}}}}
}

// Via adds a step to the ways of all marks of a value, those inside included.
func (f *frame) via(v *Value, at Place, text string) *Value {
	return v.each(maxNest, func(t Traced) Traced {
		if t.Trace != nil && (t.Trace.length >= maxTrace || t.Trace.Place == at) {
			return t
		}
		length := 1
		if t.Trace != nil {
			length = t.Trace.length + 1
		}
		return Traced{t.Mark, &Trace{Place: at, Text: text, Prev: t.Trace, In: f.fn, length: length}}
	})
}

// raisedText is the text of an exception; of one that the tree defines, the ways
// say so.
func (f *frame) raisedText(e *Exc) *Value {
	v := f.via(e.Message, f.here, "turned into text")
	if e.Class == nil {
		return v
	}
	return v.each(maxNest, func(t Traced) Traced {
		if t.Trace == nil || t.Trace.Raised {
			return t
		}
		raised := *t.Trace
		raised.Raised = true
		return Traced{t.Mark, &raised}
	})
}

// each maps the marks of a value and of what it holds.
func (v *Value) each(nest int, f func(Traced) Traced) *Value {
	if v == nil || nest == 0 || !v.hasMarks(nest) {
		return v
	}
	out := *v
	out.key = 0
	if len(v.Marks) > 0 {
		out.Marks = make([]Traced, len(v.Marks))
		for i, t := range v.Marks {
			out.Marks[i] = f(t)
		}
	}
	if v.Fields != nil {
		out.Fields = make(map[string]*Value, len(v.Fields))
		for k, x := range v.Fields {
			out.Fields[k] = x.each(nest-1, f)
		}
	}
	out.Elem = v.Elem.each(nest-1, f)
	return &out
}

// Map maps the marks of a value and of what it holds.
func (v *Value) Map(change func(Traced) Traced) *Value { return v.each(maxNest, change) }

func (v *Value) hasMarks(nest int) bool {
	if v == nil || nest == 0 {
		return false
	}
	if len(v.Marks) > 0 || v.Elem.hasMarks(nest-1) {
		return true
	}
	for _, x := range v.Fields {
		if x.hasMarks(nest - 1) {
			return true
		}
	}
	return false
}

// With returns the value with more marks.
func (v *Value) With(marks ...Traced) *Value {
	if len(marks) == 0 {
		return v
	}
	return Join(v, &Value{Marks: marks})
}

// Join is a value that may be any of several.
func Join(values ...*Value) *Value { return join(maxNest, values) }

func join(nest int, values []*Value) *Value {
	var out *Value
	for _, v := range values {
		switch {
		case v == nil || v == out:
		case out == nil:
			out = v
		default:
			out = join2(nest, out, v)
		}
	}
	return out
}

func join2(nest int, a, b *Value) *Value {
	if a.Key() == b.Key() {
		return a
	}
	out := &Value{Shape: max(a.Shape, b.Shape)}
	out.Refs = slices.Clip(a.Refs)
	for _, r := range b.Refs {
		if len(out.Refs) < maxRefs && !slices.ContainsFunc(out.Refs, func(x Ref) bool { return x == r || x.RefKey() == r.RefKey() }) {
			out.Refs = append(out.Refs, r)
		}
	}
	out.Marks = joinMarks(a.Marks, b.Marks)
	if nest == 0 {
		return out
	}
	if len(a.Fields)+len(b.Fields) > 0 {
		out.Fields = maps.Clone(a.Fields)
		if out.Fields == nil {
			out.Fields = map[string]*Value{}
		}
		for k, v := range b.Fields {
			if _, ok := out.Fields[k]; ok || len(out.Fields) < maxFields {
				out.Fields[k] = join(nest-1, []*Value{out.Fields[k], v})
			}
		}
	}
	out.Elem = join(nest-1, []*Value{a.Elem, b.Elem})
	return out
}

func joinMarks(a, b []Traced) []Traced {
	if len(b) == 0 {
		return a
	}
	out := slices.Clip(a)
	for _, t := range b {
		if len(out) < maxMarks && !slices.ContainsFunc(out, func(x Traced) bool { return x.Mark.MarkKey() == t.Mark.MarkKey() }) {
			out = append(out, t)
		}
	}
	return out
}

// Deep are the marks of a value and of all that it holds.
func (v *Value) Deep() []Traced {
	var out []Traced
	v.deep(maxNest, &out)
	return out
}

func (v *Value) deep(nest int, out *[]Traced) {
	if v == nil || nest == 0 {
		return
	}
	*out = joinMarks(*out, v.Marks)
	for _, k := range v.FieldNames() {
		v.Fields[k].deep(nest-1, out)
	}
	v.Elem.deep(nest-1, out)
	for _, r := range v.Refs {
		if e, ok := r.(*Exc); ok {
			e.Message.deep(nest-1, out)
		}
	}
}

// RefList are the references of a value, none of nil.
func (v *Value) RefList() []Ref { return valueRefs(v) }

// FieldNames are the known keys, sorted.
func (v *Value) FieldNames() []string {
	if v == nil || len(v.Fields) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(v.Fields))
}

// Field is the entry under a known key, nil where there is none.
func (v *Value) Field(name string) *Value {
	if v == nil {
		return nil
	}
	return v.Fields[name]
}

// Texts are the string constants that a value may be.
func (v *Value) Texts() []string {
	if v == nil {
		return nil
	}
	var out []string
	for _, r := range v.Refs {
		if t, ok := r.(Text); ok {
			out = append(out, string(t))
		}
	}
	return out
}

// Text is the one string constant that a value is, or "".
func (v *Value) Text() string {
	if t := v.Texts(); len(t) == 1 {
		return t[0]
	}
	return ""
}

// Externals are the names outside the tree that a value may be.
func (v *Value) Externals() []string {
	if v == nil {
		return nil
	}
	var out []string
	for _, r := range v.Refs {
		if x, ok := r.(External); ok {
			out = append(out, string(x))
		}
	}
	return out
}

// Empty says that nothing at all is known.
func (v *Value) Empty() bool {
	return v == nil || len(v.Refs)+len(v.Marks)+len(v.Fields) == 0 && v.Elem == nil && v.Shape == Opaque
}

// Key tells values apart that differ in anything but the way marks took.
func (v *Value) Key() uint64 {
	if v == nil {
		return 0
	}
	if v.key == 0 {
		v.key = v.hash()
	}
	return v.key
}

func (v *Value) keyText() string { return strconv.FormatUint(v.Key(), 36) }

// bounded is the value, without what it holds where that is too much: a value
// put many times into the next doubles the work of every walk.
func (v *Value) bounded() *Value {
	if v == nil || v.Fields == nil && v.Elem == nil {
		return v
	}
	if v.Key(); v.size <= maxSize {
		return v
	}
	out := &Value{Refs: v.Refs, Marks: v.Marks, Shape: v.Shape}
	walked := map[uint64]bool{}
	add := func(x *Value) {
		if !walked[x.Key()] {
			walked[x.Key()] = true
			out.Marks = joinMarks(out.Marks, x.Deep())
		}
	}
	for _, k := range v.FieldNames() {
		add(v.Fields[k])
	}
	add(v.Elem)
	return out
}

func (v *Value) hash() uint64 {
	v.size = 1
	hold := func(x *Value) uint64 {
		if k := x.Key(); x != nil {
			v.size = min(v.size+x.size, 2*maxSize)
			return k
		}
		return 0
	}
	// Sums: neither what a value may be nor what it holds has an order.
	h := digest(uint64(v.Shape), "") + digest(hold(v.Elem), "[]")
	for _, r := range v.Refs {
		switch r := r.(type) { // the most, without a text being made of them
		case External:
			h += digest(1, string(r))
		case Text:
			h += digest(2, string(r))
		default:
			h += digest(3, r.RefKey())
		}
	}
	for _, m := range v.Marks {
		h += digest(4, m.Mark.MarkKey())
	}
	for k, x := range v.Fields {
		h += digest(5+hold(x), k)
	}
	return digest(h, "") | 1
}

// digest is a hash of a number and a text: FNV-1a, and MurmurHash3's finalizer,
// so that sums of digests tell what was added.
func digest(n uint64, text string) uint64 {
	h := n*0x9e3779b97f4a7c15 ^ 0xcbf29ce484222325
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 0x100000001b3
	}
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
