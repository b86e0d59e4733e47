package pyflow

import (
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/python"
)

func (f *frame) evalCall(e *python.Call) *Value {
	c := &Call{At: e, Keywords: map[string]*Value{}}
	var method *python.Attribute
	switch fn := e.Func.(type) {
	case *python.Attribute:
		method = fn
		c.Receiver = f.eval(fn.Value)
		c.Method = fn.Attr
		if s, ok := fn.Value.(*python.Call); ok && isName(s.Func, "super") {
			return f.superCall(fn.Attr, e, c)
		}
		f.callee = true
		c.Callee = f.attribute(c.Receiver, fn.Attr, fn)
		f.callee = false
	case *python.Name:
		c.Method = fn.ID
		c.Callee = f.name(fn.ID)
	default:
		c.Callee = f.eval(e.Func)
	}
	f.arguments(e, c)
	f.spot = f.Place(e)
	v := f.call(c.Callee, c)
	if method != nil && !f.inTree(c.Callee) {
		f.mutate(method, c)
	}
	return v
}

func isName(e python.Expr, id string) bool {
	n, ok := e.(*python.Name)
	return ok && n.ID == id
}

func (f *frame) arguments(e *python.Call, c *Call) {
	for _, a := range e.Args {
		v := f.eval(a)
		if _, ok := a.(*python.Starred); ok {
			if v != nil && v.Shape == Tuple {
				for i := range len(v.Fields) {
					c.Args = append(c.Args, v.Fields[strconv.Itoa(i)])
				}
			} else {
				c.Star = Join(c.Star, f.iterate(v))
				c.Rest = Join(c.Rest, f.iterate(v))
			}
			continue
		}
		c.Args = append(c.Args, v)
	}
	for i := range e.Keywords {
		k := &e.Keywords[i]
		v := f.eval(k.Value)
		if k.Name != "" {
			c.Keywords[k.Name] = v
			continue
		}
		for _, name := range v.FieldNames() {
			c.Keywords[name] = Join(c.Keywords[name], v.Fields[name])
		}
		if v != nil && (v.Elem != nil || len(v.Marks) > 0) {
			c.Rest = Join(c.Rest, v.Elem, &Value{Marks: v.Marks})
			c.Spread = Join(c.Spread, &Value{Shape: Dict, Elem: v.Elem, Marks: v.Marks})
		}
	}
}

// superCall is super().name(...).
func (f *frame) superCall(name string, e *python.Call, c *Call) *Value {
	f.arguments(e, c)
	var class *Class
	for g := f; g != nil && class == nil; g = g.outer {
		class = g.class
	}
	if class == nil || f.fn == nil || len(f.fn.Params) == 0 {
		return nil
	}
	self := f.env.vars.get(f.fn.Params[0].Name)
	var out []*Value
	for _, r := range valueRefs(self) {
		var of *Class
		switch r := r.(type) {
		case *Instance:
			of = r.Class
		case *Class:
			of = r
		}
		if of == nil {
			continue
		}
		if v := of.find(name, class); v != nil {
			for _, r := range v.Refs {
				if fn, ok := r.(*Func); ok {
					out = append(out, f.invoke(fn, self, c))
				}
			}
		}
	}
	if len(out) == 0 {
		_, externals := class.Lineage()
		c.Callee = nil
		for _, x := range externals {
			c.Receiver = Of(External(x + "()"))
			c.Callee = Join(c.Callee, Of(External(x+"."+name)))
		}
		c.Method = name
		if name == "__init__" {
			for _, r := range valueRefs(self) {
				if i, ok := r.(*Instance); ok {
					i.fields[exceptionArgs] = Join(orNothing(c.All()), i.fields[exceptionArgs])
				}
			}
			return nil
		}
		return f.call(c.Callee, c)
	}
	return Join(out...)
}

func orNothing(v *Value) *Value {
	if v == nil {
		return &Value{}
	}
	return v
}

// call follows a call: into the tree, or to the library.
func (f *frame) call(callee *Value, c *Call) *Value {
	var out []*Value
	followed := false
	for _, r := range valueRefs(callee) {
		switch r := r.(type) {
		case *Func:
			followed = true
			out = append(out, f.invoke(r, nil, c))
		case *Bound:
			followed = true
			out = append(out, f.invoke(r.Func, r.Self, c))
		case *Partial:
			followed = true
			if f.nested++; f.nested < maxNest {
				out = append(out, f.call(r.Callee, r.with(c)))
			}
			f.nested--
		case *Getter:
			followed = true
			out = append(out, r.from(f, c.Arg(0, "")))
		case *Class:
			followed = true
			if v := f.external(c, r); v != nil {
				out = append(out, v)
				continue
			}
			out = append(out, f.construct(r, c, f.site(c)))
		case *Instance:
			if fn := r.Class.Method("__call__"); fn != nil {
				followed = true
				out = append(out, f.invoke(fn, Of(r), c))
			}
		}
	}
	if followed {
		return Join(out...)
	}
	return f.outsideCall(c)
}

// external lets the library take a class that stands on one of its own.
func (f *frame) external(c *Call, class *Class) *Value {
	_, externals := class.Lineage()
	for _, x := range externals {
		named := *c
		named.Name = x
		named.Method = class.Name
		named.Callee = Of(class)
		if v := f.engine.library.Call(f, &named); v != nil {
			return v
		}
	}
	return nil
}

func (f *frame) site(c *Call) string {
	if c.At == nil {
		return f.module.Name
	}
	return f.module.Name + ":" + strconv.Itoa(int(c.At.Start))
}

// outsideCall is a call of something that the tree does not define.
func (f *frame) outsideCall(c *Call) *Value {
	names := c.Callee.Externals()
	if len(names) == 0 {
		names = []string{""}
	}
	var out []*Value
	for _, name := range names {
		c.Name = name
		v := f.engine.library.Call(f, c)
		if raised := f.engine.library.Raises(f, c); raised != nil {
			f.throw(raised)
		}
		if v == nil && name != "" && strings.Count(name, ".")+strings.Count(name, "(") < 8 {
			v = Of(External(name + "()"))
		}
		out = append(out, v)
	}
	return Join(out...)
}

// invoke runs a function of the tree with a call's arguments.
func (f *frame) invoke(fn *Func, self *Value, c *Call) *Value {
	if v := f.engine.library.Enter(f, fn, c); v != nil {
		return v
	}
	given := c.Args
	if self != nil {
		given = append([]*Value{self}, given...)
	}
	args := make(map[string]*Value, len(fn.Params))
	used := map[string]bool{}
	next := 0
	for i := range fn.Params {
		p := &fn.Params[i]
		var v *Value
		switch p.Kind {
		case python.Positional, python.PositionalOnly:
			if k, ok := c.Keywords[p.Name]; ok && p.Kind == python.Positional {
				v, used[p.Name] = k, true
				if next < len(given) && i == next && self == nil {
					next++
				}
			} else if next < len(given) {
				v = given[next]
				next++
			} else if c.Star != nil || c.Spread != nil {
				v = Join(c.Star, f.index(c.Spread, Of(Text(p.Name))))
			} else if p.Default != nil {
				v = f.engine.defaultOf(fn, p)
			}
		case python.VarArgs:
			rest := &Value{Shape: Tuple, Fields: map[string]*Value{}, Elem: c.Star}
			for j, a := range given[min(next, len(given)):] {
				rest.Fields[strconv.Itoa(j)] = a
			}
			next = len(given)
			v = rest
		case python.KeywordOnly:
			if k, ok := c.Keywords[p.Name]; ok {
				v, used[p.Name] = k, true
			} else {
				v = f.index(c.Spread, Of(Text(p.Name)))
				if p.Default != nil {
					v = Join(v, f.engine.defaultOf(fn, p))
				}
			}
		case python.VarKeywords:
			rest := &Value{Shape: Dict, Fields: map[string]*Value{}}
			if c.Spread != nil {
				rest.Elem, rest.Marks = c.Spread.Elem, c.Spread.Marks
			}
			for k, a := range c.Keywords {
				if !used[k] {
					rest.Fields[k] = a
				}
			}
			v = rest
		}
		if c.At != nil && (self == nil || i > 0) {
			v = f.via(v, f.Place(c.At), "passed to "+fn.Title()+" as "+p.Name)
		}
		args[p.Name] = v
	}
	o := f.engine.enter(fn, args, f.depth+1)
	for _, v := range o.raised {
		f.throw(v)
	}
	f.outside = f.outside || o.outside
	if o.never {
		f.env.dead = true
	}
	for _, fact := range o.facts {
		if strings.HasPrefix(fact, factAllowed) || strings.HasPrefix(fact, factDenied) {
			continue
		}
		f.Learn(fact)
	}
	if c.At != nil {
		for i, v := range o.changed {
			j := i - c.Before
			if self != nil {
				j--
			}
			if j >= 0 && j < len(c.At.Args) && v != nil {
				f.put(c.At.Args[j], v)
			}
		}
	}
	return o.value
}

// defaultOf is a parameter's default, in the module of its function.
func (e *Engine) defaultOf(fn *Func, p *python.Param) *Value {
	g := &frame{engine: e, module: fn.Module, env: newEnv(), outer: fn.outer}
	return g.eval(p.Default)
}

// mutate puts back what a method call changes in place: list.append, dict.update.
func (f *frame) mutate(m *python.Attribute, c *Call) {
	old := c.Receiver
	var added *Value
	switch m.Attr {
	case "append", "add", "insert", "appendleft":
		added = &Value{Shape: List, Elem: f.engine.library.Keep(f, c.Arg(len(c.Args)-1, ""))}
	case "extend":
		added = &Value{Shape: List, Elem: f.iterate(c.Arg(0, ""))}
	case "update":
		if old != nil && len(old.Externals()) > 0 {
			return
		}
		added = c.Arg(0, "")
		if len(c.Keywords) > 0 {
			added = f.overlay(added, &Value{Shape: Dict, Fields: c.Keywords})
		}
		if old == nil {
			return
		}
		f.put(m.Value, f.overlay(old, added))
		return
	case "setdefault":
		f.setItem(m.Value, c.Arg(0, ""), Join(f.index(old, c.Arg(0, "")), c.Arg(1, "")), c.At)
		return
	case "pop":
		if len(c.Args) > 0 {
			f.remove(m.Value, c.Args[0])
		}
		return
	default:
		return
	}
	if old == nil || len(old.Externals()) > 0 && old.Shape == Opaque {
		return
	}
	f.put(m.Value, Join(old, added))
}
