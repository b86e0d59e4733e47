package pyflow

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/python"
)

func (f *frame) raise(s *python.Raise) {
	switch {
	case s.Exc == nil:
		f.raised = append(f.raised, f.current...)
	default:
		v := f.eval(s.Exc)
		out := &Value{}
		for _, r := range valueRefs(v) {
			switch r := r.(type) {
			case *Exc:
				out.Refs = append(out.Refs, r)
			case *Class:
				out.Refs = append(out.Refs, &Exc{Name: r.Name, Class: r, At: f.Place(s)})
			case External:
				name := strings.TrimSuffix(string(r), "()")
				out.Refs = append(out.Refs, &Exc{Name: name[strings.LastIndexByte(name, '.')+1:], At: f.Place(s)})
			}
		}
		f.throw(out)
	}
	f.env.dead = true
}

// maxRaised is how many exceptions may be on their way at once. Those that bring
// no value along fill a quarter at most, so that they crowd none out that does.
const maxRaised = 64

// throw notes an exception, bounded in number.
func (f *frame) throw(v *Value) {
	if v == nil || len(v.Refs) == 0 || len(f.raised) >= maxRaised || len(f.raised) >= maxRaised/4 && len(v.Deep()) == 0 {
		return
	}
	if !slices.ContainsFunc(f.raised, func(x *Value) bool { return x.Key() == v.Key() }) {
		f.raised = append(f.raised, v)
	}
}

func (f *frame) try(s *python.Try) {
	outerRaised, outerOutside := f.raised, f.outside
	f.raised, f.outside = nil, false
	before := f.env.clone()
	f.block(s.Body)
	thrown, outside := f.raised, f.outside
	f.raised = outerRaised
	f.outside = outerOutside || outside

	done := f.env
	if !done.dead {
		f.block(s.Else)
		done = f.env
	}
	// The body may stop anywhere: a handler begins with what held before it and
	// what it may have set.
	start := merge(before, f.without(done))
	start.facts = before.facts
	for i := range s.Handlers {
		h := &s.Handlers[i]
		var caught []*Value
		caught, thrown = f.catch(h, thrown, outside)
		f.env = start.clone()
		if h.Name != "" {
			f.env.vars.set(h.Name, Join(caught...))
		}
		outer := f.current
		f.current = caught
		f.block(h.Body)
		f.current = outer
		done = merge(done, f.env)
	}
	for _, v := range thrown {
		f.throw(v)
	}
	f.env = done
	if len(s.Finally) > 0 {
		dead := f.env.dead
		f.env.dead = false
		f.block(s.Finally)
		f.env.dead = f.env.dead || dead
	}
}

// without is a state as if control had come through.
func (f *frame) without(e *env) *env {
	out := e.clone()
	out.dead = false
	return out
}

// catch splits what was thrown into what a clause catches and the rest.
func (f *frame) catch(h *python.ExceptHandler, thrown []*Value, outside bool) (caught, rest []*Value) {
	types := f.typeNames(h.Type)
	for _, v := range thrown {
		if slices.ContainsFunc(v.Refs, func(r Ref) bool { return catches(types, r) }) {
			caught = append(caught, v)
		} else {
			rest = append(rest, v)
		}
	}
	if more := f.engine.library.Caught(types, outside, f.Place(h)); more != nil {
		caught = append(caught, more)
	}
	return caught, rest
}

// typeNames are the names of the classes of an except clause, "" for a bare one.
func (f *frame) typeNames(t python.Expr) []string {
	var names []string
	switch t := t.(type) {
	case nil:
		return []string{""}
	case *python.Tuple:
		for _, e := range t.Elts {
			names = append(names, f.typeNames(e)...)
		}
	case *python.Name:
		v := f.eval(t)
		for _, x := range v.Externals() {
			names = append(names, x[strings.LastIndexByte(x, '.')+1:])
		}
		if v != nil && v.Shape == Tuple {
			for _, k := range v.FieldNames() {
				for _, x := range v.Fields[k].Externals() {
					names = append(names, x[strings.LastIndexByte(x, '.')+1:])
				}
			}
		}
		if len(names) == 0 {
			names = []string{t.ID}
		}
	case *python.Attribute:
		names = []string{t.Attr}
	}
	return names
}

func catches(types []string, r Ref) bool {
	e, ok := r.(*Exc)
	if !ok {
		return true
	}
	for _, t := range types {
		if t == "" || t == "Exception" || t == "BaseException" || t == e.Name {
			return true
		}
		if e.Class != nil {
			classes, externals := e.Class.Lineage()
			for _, c := range classes {
				if c.Name == t {
					return true
				}
			}
			for _, x := range externals {
				if x[strings.LastIndexByte(x, '.')+1:] == t {
					return true
				}
			}
		}
		if base := builtinBase[e.Name]; base != "" && base == t {
			return true
		}
	}
	return false
}

var builtinBase = map[string]string{
	"KeyError": "LookupError", "IndexError": "LookupError", "JSONDecodeError": "ValueError", "UnicodeDecodeError": "ValueError",
	"FileNotFoundError": "OSError", "PermissionError": "OSError", "ConnectionError": "OSError", "TimeoutError": "OSError",
}
