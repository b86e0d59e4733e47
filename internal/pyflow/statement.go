package pyflow

import (
	"github.com/discreet-dev/discreet/internal/python"
)

func (f *frame) block(body []python.Stmt) {
	for _, s := range body {
		if f.env.dead || f.engine.steps > f.engine.limit {
			return
		}
		f.engine.steps++
		f.engine.total++
		f.stmt(s)
	}
}

func (f *frame) stmt(s python.Stmt) {
	f.here = f.Place(s)
	switch s := s.(type) {
	case *python.ExprStmt:
		f.eval(s.Value)
	case *python.Assign:
		v := f.eval(s.Value)
		for _, t := range s.Targets {
			f.assign(t, v)
			f.aliased(t, s.Value, false)
		}
	case *python.AnnAssign:
		if s.Value != nil {
			f.assign(s.Target, f.eval(s.Value))
		}
	case *python.AugAssign:
		old, v := f.eval(s.Target), f.eval(s.Value)
		f.assign(s.Target, f.add(old, v))
	case *python.Return:
		if s.Value != nil {
			v := f.engine.library.Keep(f, f.eval(s.Value))
			f.value = Join(f.value, f.via(v, f.Place(s), "returned from "+f.title()))
		}
		f.leave()
		f.env.dead = true
	case *python.If:
		f.branch(s.Test, func() { f.block(s.Body) }, func() { f.block(s.Else) })
	case *python.For:
		f.loop(func() {
			f.assign(s.Target, f.iterate(f.eval(s.Iter)))
			f.aliased(s.Target, s.Iter, true)
		}, s.Body)
		f.block(s.Else)
	case *python.While:
		f.loop(func() { f.eval(s.Test) }, s.Body)
		f.block(s.Else)
	case *python.With:
		for _, item := range s.Items {
			v := f.eval(item.Context)
			if item.Target != nil {
				f.assign(item.Target, f.entered(v))
			}
		}
		f.block(s.Body)
	case *python.Try:
		f.try(s)
	case *python.Raise:
		f.raise(s)
	case *python.Match:
		f.match(s)
	case *python.Assert:
		facts := f.test(s.Test)
		f.env.learn(facts)
	case *python.Import:
		f.importNames(s)
	case *python.ImportFrom:
		f.importFrom(s)
	case *python.FunctionDef:
		v := f.decorate(s.Decorators, Of(f.function(s)))
		f.setName(s.Name, v)
		f.engine.library.Define(f, s, v)
	case *python.ClassDef:
		f.classDef(s)
	case *python.Scope:
		if s.Nonlocal && f.nonlocal == nil {
			f.nonlocal = map[string]bool{}
		}
		for _, n := range s.Names {
			if s.Nonlocal {
				f.nonlocal[n] = true
			} else if f.globals != nil {
				f.globals[n] = true
			}
		}
	case *python.Delete:
		for _, t := range s.Targets {
			f.delete(t)
		}
	case *python.Jump:
		switch s.Kind {
		case python.Break:
			f.jumps = append(f.jumps, f.env.clone())
			f.env.dead = true
		case python.Continue:
			f.jumps = append(f.jumps, f.env.clone())
			f.env.dead = true
		}
	}
}

func (f *frame) title() string {
	if f.fn == nil {
		return f.module.Name
	}
	return f.fn.Title()
}

// test evaluates a condition and returns what holds once it is decided.
func (f *frame) test(e python.Expr) []string {
	return f.engine.library.Facts(f, f.eval(e))
}

// branch runs both sides of a condition. What the condition has established
// holds inside of both, and after it only where one side does not go on.
func (f *frame) branch(test python.Expr, yes, no func()) {
	facts := f.test(test)
	if holds, known := f.decided(test); known {
		if holds {
			yes()
		} else {
			no()
		}
		return
	}
	before := f.env
	f.env = before.clone()
	f.env.learn(facts)
	f.narrow(test, true)
	yes()
	left := f.env
	f.env = before.clone()
	f.env.learn(facts)
	f.narrow(test, false)
	no()
	right := f.env
	if !left.dead && !right.dead {
		for _, fact := range facts {
			if !before.facts[fact] {
				delete(left.facts, fact)
			}
		}
	}
	f.env = merge(left, right)
}

// Fact prefixes under which narrow records what a condition says of a name that
// holds a key: that it is one of a list, or that it is not.
const (
	factAllowed = "allowed:"
	factDenied  = "denied:"
)

// Filtered says whether a name, where the code stands, is known to be one of a
// list, or only known not to be one.
func (f *frame) Filtered(name string) (allowed, denied bool) {
	return f.Known(factAllowed + name), f.Known(factDenied + name)
}

// narrow records what a condition says of names: `k in names`, `k == "x"`,
// `not k.startswith("_")`.
func (f *frame) narrow(test python.Expr, holds bool) {
	if name, key := has(test, holds); name != "" {
		f.hold(name, key)
	}
	switch t := test.(type) {
	case *python.Name:
		if !holds { // what is empty holds nothing
			f.empty(t.ID)
		}
	case *python.UnaryOp:
		if t.Op == python.Not {
			f.narrow(t.Operand, !holds)
		}
	case *python.BoolOp:
		if t.Or == holds { // of an `or` that holds, no part is known to
			for _, v := range t.Values {
				if name, no := f.denies(v, holds); no {
					f.Learn(factDenied + name)
				}
			}
			return
		}
		for _, v := range t.Values {
			f.narrow(v, holds)
		}
	case *python.Compare, *python.Call:
		if c, ok := t.(*python.Compare); ok && len(c.Ops) == 1 && (c.Ops[0] == python.Is) == holds && (c.Ops[0] == python.Is || c.Ops[0] == python.IsNot) {
			if none, ok := c.Rights[0].(*python.Constant); ok && none.Kind == python.None {
				if n, ok := c.Left.(*python.Name); ok {
					f.empty(n.ID)
				}
				return
			}
		}
		name, no := f.denies(t, holds)
		if name == "" {
			return
		}
		if no {
			f.Learn(factDenied + name)
		} else {
			f.Learn(factAllowed + name)
		}
	}
}

// empty makes a variable hold nothing, in a branch where it is false or None.
func (f *frame) empty(name string) {
	if v, ok := f.env.vars.find(name); ok && v.hasMarks(maxNest) {
		f.env.vars.set(name, &Value{})
	}
}

// denies reads a test on a name; no says that it tells what the name is not.
func (f *frame) denies(test python.Expr, holds bool) (name string, no bool) {
	switch t := test.(type) {
	case *python.UnaryOp:
		if t.Op == python.Not {
			return f.denies(t.Operand, !holds)
		}
	case *python.Compare:
		n, ok := t.Left.(*python.Name)
		if !ok || len(t.Ops) != 1 {
			return "", false
		}
		switch t.Ops[0] {
		case python.Eq, python.In:
			return n.ID, !holds
		case python.NotEq, python.NotIn:
			return n.ID, holds
		}
	case *python.Call:
		if a, ok := t.Func.(*python.Attribute); ok && (a.Attr == "startswith" || a.Attr == "endswith") {
			if n, ok := a.Value.(*python.Name); ok {
				return n.ID, !holds
			}
		}
	}
	return "", false
}

// loop runs a body twice, so that what one round leaves reaches the next.
func (f *frame) loop(head func(), body []python.Stmt) {
	outer := f.jumps
	for range 2 {
		before := f.env.clone()
		f.jumps = nil
		head()
		f.block(body)
		after := f.env
		for _, j := range f.jumps {
			after = merge(after, j)
		}
		f.env = merge(before, after)
		f.env.facts = before.facts
	}
	f.jumps = outer
}

func (f *frame) match(s *python.Match) {
	subject := f.eval(s.Subject)
	before := f.env
	after := before.clone()
	for _, c := range s.Cases {
		f.env = before.clone()
		f.bind(c.Pattern, subject)
		if c.Guard != nil {
			f.env.learn(f.test(c.Guard))
		}
		f.block(c.Body)
		after = merge(after, f.env)
	}
	f.env = after
}

func (f *frame) bind(p python.Pattern, v *Value) {
	switch p := p.(type) {
	case *python.MatchAs:
		if p.Pattern != nil {
			f.bind(p.Pattern, v)
		}
		if p.Name != "" {
			f.setName(p.Name, v)
		}
	case *python.MatchMapping:
		for i, k := range p.Keys {
			f.bind(p.Patterns[i], f.index(v, f.eval(k)))
		}
		if p.Rest != "" {
			f.setName(p.Rest, v)
		}
	case *python.MatchSequence:
		for _, sub := range p.Patterns {
			f.bind(sub, f.iterate(v))
		}
	case *python.MatchClass:
		for i, sub := range p.NamePatterns {
			f.bind(sub, f.attribute(v, p.Names[i], nil))
		}
		for _, sub := range p.Patterns {
			f.bind(sub, v)
		}
	case *python.MatchStar:
		if p.Name != "" {
			f.setName(p.Name, v)
		}
	case *python.MatchOr:
		for _, sub := range p.Patterns {
			f.bind(sub, v)
		}
	}
}

func (f *frame) importNames(s *python.Import) {
	for i := range s.Names {
		a := &s.Names[i]
		if a.As != "" {
			f.setName(a.As, f.module.imported(f.engine, a.Name, 0))
			continue
		}
		first := a.Name
		if dot := indexByte(a.Name, '.'); dot >= 0 {
			first = a.Name[:dot]
			f.module.imported(f.engine, a.Name, 0)
			if m := f.engine.program.Find(f.module, first, 0); m != nil && !m.Package {
				f.setName(first, Of(External(first))) // a file has no modules in it: a library is meant
				continue
			}
		}
		f.setName(first, f.module.imported(f.engine, first, 0))
	}
}

func (f *frame) importFrom(s *python.ImportFrom) {
	for i := range s.Names {
		a := &s.Names[i]
		if a.Name == "*" {
			if m := f.engine.program.Find(f.module, s.Module, s.Level); m != nil {
				f.engine.Load(m)
				if m.state == loading && m != f.module {
					f.module.stars = append(f.module.stars, m)
				}
				for k, v := range m.globals.vars.all() {
					f.setName(k, v)
				}
			}
			continue
		}
		f.setName(a.Bound(), f.fromModule(s, a.Name))
	}
}

func (f *frame) fromModule(s *python.ImportFrom, name string) *Value {
	m := f.engine.program.Find(f.module, s.Module, s.Level)
	if m == nil && s.Module == "" && s.Level > 0 {
		m = f.engine.program.Find(f.module, name, s.Level)
		if m != nil {
			return m.referred(f.engine)
		}
	}
	if m == nil {
		full := name
		if s.Module != "" {
			full = s.Module + "." + name
		}
		if sub := f.engine.program.Find(f.module, full, s.Level); sub != nil {
			return sub.referred(f.engine)
		}
		if s.Level > 0 {
			return nil
		}
		return Of(External(full))
	}
	return m.global(f.engine, name)
}

// imported is the module of a name, or the external one.
func (m *Module) imported(e *Engine, dotted string, level int) *Value {
	if found := e.program.Find(m, dotted, level); found != nil {
		return found.referred(e)
	}
	return Of(External(dotted))
}

// referred is the module as a value. Python runs a module that is imported; here
// one of which only a sketch is kept waits until something of it is asked for.
func (m *Module) referred(e *Engine) *Value {
	if m.File.Text != "" {
		e.Load(m)
	}
	return Of(m)
}

// global is what a module defines under a name, or its submodule.
func (m *Module) global(e *Engine, name string) *Value {
	e.Load(m)
	if v, ok := m.globals.vars.find(name); ok {
		return v
	}
	if m.ahead(name) {
		return m.globals.vars.get(name)
	}
	if v := m.starred(name); v != nil {
		return v
	}
	if m.Package {
		if sub := e.program.Find(m, name, 1); sub != nil {
			return sub.referred(e)
		}
	}
	return nil
}

func indexByte(s string, c byte) int {
	for i := range len(s) {
		if s[i] == c {
			return i
		}
	}
	return -1
}
