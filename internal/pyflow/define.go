package pyflow

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/python"
)

// function makes the value of a def. Its defaults are not evaluated here: a
// call that leaves a parameter out does that.
func (f *frame) function(def *python.FunctionDef) *Func {
	fn := &Func{
		Name: def.Name, Params: def.Params, Body: def.Body, Def: def, Module: f.module,
		id: idOf("f", f.module, def.Span),
	}
	if f.fn != nil {
		fn.outer = f
	}
	if f.class != nil && f.fn == nil {
		fn.Class = f.class
	}
	return fn
}

func (f *frame) lambda(l *python.Lambda) *Func {
	fn := &Func{Name: "lambda", Params: l.Params, Result: l.Body, Module: f.module, id: idOf("l", f.module, l.Span)}
	if f.fn != nil {
		fn.outer = f
	}
	return fn
}

// decorate applies decorators from the innermost out. One of the tree is run;
// one from outside is the library's to judge, and changes nothing by default.
func (f *frame) decorate(decorators []python.Expr, v *Value) *Value {
	for i := len(decorators) - 1; i >= 0; i-- {
		d := decorators[i]
		if name, ok := d.(*python.Name); ok {
			switch name.ID {
			case "contextmanager", "asynccontextmanager":
				v = After(v, f.iterate)
				continue
			case "staticmethod", "classmethod", "property", "cached_property":
				for _, r := range v.Refs {
					if fn, ok := r.(*Func); ok {
						fn.Static = fn.Static || name.ID == "staticmethod"
						fn.OfClass = fn.OfClass || name.ID == "classmethod"
						fn.Getter = fn.Getter || strings.HasSuffix(name.ID, "property")
					}
				}
				continue
			}
		}
		if a, ok := d.(*python.Attribute); ok && (a.Attr == "contextmanager" || a.Attr == "asynccontextmanager") {
			v = After(v, f.iterate)
			continue
		}
		var callee *Value
		if c, ok := d.(*python.Call); ok && !f.inTree(f.quiet(c.Func)) {
			callee = f.eval(c.Func)
		} else {
			callee = f.eval(d)
		}
		if out := f.engine.library.Decorate(f, d, callee, v); out != nil {
			v = out
			continue
		}
		if !f.inTree(callee) {
			continue
		}
		at, _ := d.(*python.Call)
		if out := f.call(callee, &Call{Callee: callee, Args: []*Value{v}, Keywords: map[string]*Value{}, At: at}); hasFunc(out) {
			v = wrapped(out, v)
		}
	}
	return v
}

// quiet is the value of a callee that is evaluated again afterwards.
func (f *frame) quiet(e python.Expr) *Value { return f.eval(e) }

func (f *frame) inTree(v *Value) bool {
	for _, r := range valueRefs(v) {
		switch r.(type) {
		case *Func, *Bound, *Partial, *Class, *Instance:
			return true
		}
	}
	return false
}

func hasFunc(v *Value) bool {
	for _, r := range valueRefs(v) {
		switch r.(type) {
		case *Func, *Bound, *Partial:
			return true
		}
	}
	return false
}

// wrapped makes the wrapper that a decorator gives stand for what it wraps: a
// method's is a method.
func wrapped(out, v *Value) *Value {
	var origin *Func
	for _, r := range v.Refs {
		if fn, ok := r.(*Func); ok {
			origin = fn.Wraps()
		}
	}
	if origin == nil {
		return out
	}
	copied := *out
	copied.Refs = nil
	copied.key = 0
	for _, r := range out.Refs {
		if fn, ok := r.(*Func); ok && fn != origin {
			c := *fn
			if c.Class == nil {
				c.Class = origin.Class
			}
			c.origin = origin
			c.id += "@" + origin.id
			r = &c
		}
		copied.Refs = append(copied.Refs, r)
	}
	return &copied
}

func (f *frame) classDef(def *python.ClassDef) {
	c := &Class{Name: def.Name, Def: def, Module: f.module, attrs: &vars{}, id: idOf("c", f.module, def.Span)}
	for _, b := range def.Bases {
		c.Bases = append(c.Bases, f.eval(b))
	}
	v := Of(c)
	f.setName(def.Name, v)
	inner := &frame{engine: f.engine, module: f.module, class: c, env: newEnv(), outer: f, depth: f.depth, globals: map[string]bool{}}
	inner.env.vars = c.attrs
	inner.block(def.Body)
	c.attrs = inner.env.vars
	v = f.decorate(def.Decorators, v)
	f.setName(def.Name, v)
	f.engine.library.Define(f, def, v)
}

// construct runs a class's __init__ on a new instance.
func (f *frame) construct(c *Class, call *Call, site string) *Value {
	id := "i:" + c.id + "@" + site
	key := "new:" + id
	for _, a := range call.Args {
		key += "," + a.keyText()
	}
	for _, k := range sortedKeys(call.Keywords) {
		key += "," + k + "=" + call.Keywords[k].keyText()
	}
	key += "*" + call.Star.keyText() + call.Spread.keyText()
	if o, ok := f.engine.memo[key]; ok {
		f.engine.noted = mergeNotes(f.engine.noted, o.notes)
		return o.value
	}
	inst := &Instance{Class: c, fields: map[string]*Value{}, id: key}
	v := Of(inst)
	classes, externals := c.Lineage()
	if isException(classes, externals) {
		all := call.All()
		if init := c.Method("__init__"); init != nil {
			f.invoke(init, v, call)
			if args, ok := inst.fields[exceptionArgs]; ok {
				all = args
			}
			all = Join(all, inst.fields["message"])
		}
		if str := c.Method("__str__"); str != nil {
			all = f.invoke(str, v, &Call{Keywords: map[string]*Value{}})
		}
		return Of(&Exc{Name: c.Name, Class: c, Object: inst, Message: all, At: f.callPlace(call)})
	}
	made := &outcome{value: v}
	f.engine.memo[key] = made
	if init := c.Method("__init__"); init != nil {
		outer := f.engine.noted
		f.engine.noted = nil
		f.invoke(init, v, call)
		made.notes = f.engine.noted
		f.engine.noted = mergeNotes(outer, made.notes)
	} else {
		// A dataclass, a named tuple, a model of fields: what it is given it has.
		for k, a := range call.Keywords {
			inst.fields[k] = a
		}
		for i, name := range c.Annotated() {
			if i < len(call.Args) {
				inst.fields[name] = call.Args[i]
			} else if call.Spread != nil && inst.fields[name] == nil {
				inst.fields[name] = f.index(call.Spread, Of(Text(name)))
			}
		}
	}
	return v
}

// exceptionArgs is where an instance of an exception keeps what its __init__
// hands to Exception's: that is its text.
const exceptionArgs = "(args)"

func (f *frame) callPlace(c *Call) Place {
	if c.At == nil {
		return Place{File: f.module.File}
	}
	return f.Place(c.At)
}

func isException(classes []*Class, externals []string) bool {
	for _, x := range externals {
		if strings.HasSuffix(x, "Exception") || strings.HasSuffix(x, "Error") || strings.HasPrefix(x, "werkzeug.exceptions.") {
			return true
		}
	}
	return false
}

func (f *frame) assign(target python.Expr, v *Value) {
	switch t := target.(type) {
	case *python.Name:
		if out := f.engine.library.Assign(f, t.ID, v, t); out != nil {
			v = out
		}
		f.setName(t.ID, v)
	case *python.Attribute:
		f.setAttribute(t, v)
	case *python.Subscript:
		f.setItem(t.Value, f.eval(t.Index), v, t)
	case *python.Starred:
		f.assign(t.Value, &Value{Shape: List, Elem: v})
	case *python.Tuple:
		f.unpack(t.Elts, v)
	case *python.List:
		f.unpack(t.Elts, v)
	}
}

func (f *frame) unpack(targets []python.Expr, v *Value) {
	for i, t := range targets {
		f.assign(t, f.element(v, i))
	}
}

func (f *frame) setName(name string, v *Value) {
	if f.globals[name] {
		f.module.globals.vars.add(name, f.engine.library.Keep(f, v))
		return
	}
	if f.nonlocal[name] {
		for g := f.outer; g != nil; g = g.outer {
			if _, ok := g.env.vars.find(name); ok {
				g.env.vars.add(name, v)
				return
			}
		}
	}
	f.env.vars.set(name, v)
	delete(f.aliases, name)
	delete(f.env.facts, factAllowed+name)
	delete(f.env.facts, factDenied+name)
}

func (f *frame) setAttribute(t *python.Attribute, v *Value) {
	base := f.eval(t.Value)
	if out := f.engine.library.Assign(f, t.Attr, v, t); out != nil {
		v = out
	}
	for _, r := range valueRefs(base) {
		switch r := r.(type) {
		case *Instance:
			if t.Attr == "__dict__" {
				r.absorb(v)
			} else {
				r.fields[t.Attr] = Join(r.fields[t.Attr], v)
			}
		case *Class:
			r.attrs.add(t.Attr, v)
		case *Module:
			f.engine.Load(r)
			r.globals.vars.add(t.Attr, v)
		}
	}
	f.engine.library.SetAttribute(f, base, t.Attr, v, t)
}

// setItem puts a value under a key, and the changed container back where it
// came from: a name or an attribute.
func (f *frame) setItem(container python.Expr, key, v *Value, at python.Expr) {
	old := f.eval(container)
	if old != nil && old.Shape == Opaque && len(old.Externals()) > 0 {
		f.engine.library.SetAttribute(f, old, key.Text(), v, at)
		if named(old) {
			return
		}
	}
	v = f.engine.library.Keep(f, v)
	out := Value{Shape: Dict}
	if old != nil {
		out = *old
		out.key = 0
	}
	marks := f.engine.library.Store(f, key, v, at)
	for _, m := range marks {
		var trace *Trace
		for _, t := range v.Deep() {
			trace = t.Trace
			break
		}
		step := &Trace{Place: f.Place(at), Text: "copied attribute by attribute", Prev: trace, In: f.fn, Copied: true, length: 2}
		out.Marks = joinMarks(out.Marks, []Traced{{m, step}})
	}
	texts := key.Texts()
	switch {
	case len(marks) > 0:
	case len(texts) == 1:
		out.Fields = cloneFields(out.Fields)
		out.Fields[texts[0]] = v
	default:
		out.Elem = Join(out.Elem, v)
		for _, t := range texts {
			out.Fields = cloneFields(out.Fields)
			out.Fields[t] = Join(out.Fields[t], v)
		}
	}
	f.put(container, out.bounded())
}

// named says whether a value is something outside the tree that has a name of
// its own, and so is not a variable's to replace.
func named(v *Value) bool {
	for _, x := range v.Externals() {
		if !strings.Contains(x, "()") {
			return true
		}
	}
	return false
}

func cloneFields(m map[string]*Value) map[string]*Value {
	out := make(map[string]*Value, len(m)+1)
	for k, v := range m {
		out[k] = v
	}
	return out
}

// put replaces a container that was changed in place.
func (f *frame) put(container python.Expr, v *Value) {
	switch c := container.(type) {
	case *python.Name:
		for g := f; g != nil; g = g.outer {
			if _, ok := g.env.vars.find(c.ID); ok {
				g.env.vars.set(c.ID, v)
				if g.changed != nil {
					g.changed[c.ID] = true
				}
				g.through(c.ID, func(a alias) {
					if !a.element {
						g.put(a.of, v)
					}
				})
				return
			}
		}
		if _, ok := f.module.globals.vars.find(c.ID); ok {
			f.module.globals.vars.add(c.ID, v)
		}
	case *python.Attribute:
		base := f.eval(c.Value)
		for _, r := range valueRefs(base) {
			switch r := r.(type) {
			case *Instance:
				if c.Attr == "__dict__" {
					r.absorb(v)
				} else {
					r.fields[c.Attr] = Join(r.fields[c.Attr], v)
				}
			case *Class:
				r.attrs.add(c.Attr, v)
			}
		}
	case *python.Subscript:
		f.setItem(c.Value, f.eval(c.Index), v, c)
	case *python.Call: // groups.setdefault(key, []).append(v)
		if a, ok := c.Func.(*python.Attribute); ok && (a.Attr == "setdefault" || a.Attr == "get") && len(c.Args) > 0 {
			f.setItem(a.Value, f.eval(c.Args[0]), v, c)
		}
	}
}

func (f *frame) delete(target python.Expr) {
	if s, ok := target.(*python.Subscript); ok {
		f.remove(s.Value, f.eval(s.Index))
	}
}

// remove takes a key out of a container.
func (f *frame) remove(container python.Expr, key *Value) {
	old := f.eval(container)
	name := key.Text()
	if old == nil {
		return
	}
	out := *old
	out.key = 0
	out.Fields = cloneFields(out.Fields)
	delete(out.Fields, name)
	for i, t := range out.Marks {
		if r, ok := t.Mark.(Remover); ok && name != "" {
			out.Marks = append([]Traced{}, out.Marks...)
			out.Marks[i] = Traced{r.Remove(name), t.Trace}
		}
	}
	f.put(container, &out)
	if n, ok := container.(*python.Name); ok { // for item in items: del item[key]
		f.through(n.ID, func(a alias) {
			if a.element {
				f.remove(a.of, key)
			}
		})
	}
}

// Remover is a mark that knows what it is of a container without one key.
type Remover interface{ Remove(key string) Mark }
