package pyflow

import (
	"maps"
	"slices"
	"strconv"

	"github.com/discreet-dev/discreet/internal/python"
)

const (
	maxDepth = 28     // calls inside calls
	maxSteps = 60_000 // expressions and statements for one entry
	// maxIdle are those for a function that nothing calls: it is looked into for
	// what it does itself, and libraries have thousands of them.
	maxIdle = 5_000
	// maxImported are those for the body of a module that is only imported: mostly
	// definitions.
	maxImported = 2_500
	maxTotal    = 6_000_000
	askEvery    = 4096 // steps between two looks at Stop
)

// Engine runs functions of a program on abstract values.
type Engine struct {
	program  *Program
	library  Library
	memo     map[string]*outcome
	active   map[string]bool
	called   map[string]bool
	short    []*Module
	noted    []int32   // since the last call of Noted, by the function that is run
	readings []reading // of the function that is run
	steps    int
	limit    int // of steps
	total    int
	// Stop, where it is not nil, is asked now and then whether to give up; what is
	// not followed by then never is.
	Stop func() bool
}

// outcome is what a call of a function gave.
type outcome struct {
	value    *Value
	raised   []*Value
	facts    []string
	never    bool           // it does not return
	outside  bool           // it calls what is outside the tree
	changed  map[int]*Value // parameters that were changed in place
	notes    []int32
	readings []reading
}

// NewEngine makes an engine.
func NewEngine(p *Program, l Library) *Engine {
	return &Engine{program: p, library: l, memo: map[string]*outcome{}, active: map[string]bool{}, called: map[string]bool{}, limit: maxSteps}
}

// env is the variables at one point of a function, and the facts that hold.
type env struct {
	vars  *vars
	facts map[string]bool
	dead  bool // control does not get here
}

func newEnv() *env { return &env{vars: &vars{}} }

func (e *env) clone() *env {
	return &env{vars: e.vars.copy(), facts: maps.Clone(e.facts), dead: e.dead}
}

// merge is the state where two ways meet.
func merge(a, b *env) *env {
	if a.dead {
		return b
	}
	if b.dead {
		return a
	}
	out := &env{vars: a.vars.joined(b.vars), facts: maps.Clone(a.facts)}
	maps.DeleteFunc(out.facts, func(k string, _ bool) bool { return !b.facts[k] })
	return out
}

func (e *env) learn(facts []string) {
	for _, f := range facts {
		if e.facts == nil {
			e.facts = map[string]bool{}
		}
		e.facts[f] = true
	}
}

// frame is a function being run.
type frame struct {
	engine   *Engine
	module   *Module
	fn       *Func // nil for a module's or a class's body
	class    *Class
	env      *env
	outer    *frame
	value    *Value
	exits    *env     // the facts that hold at every return
	raised   []*Value // not caught yet
	current  []*Value // being handled
	outside  bool     // an external call was made since the last try, here or in what was called
	globals  map[string]bool
	changed  map[string]bool
	depth    int
	jumps    []*env // states at break and continue
	here     Place  // the statement that is run
	nested   int    // partials of partials
	aliases  map[string]alias
	nonlocal map[string]bool
	spot     Place // the expression whose value is being made
	callee   bool  // it is the method of a call
}

// Frame is what a library sees of the function being run.
type Frame = frame

// Place is where an expression stands.
func (f *frame) Place(n python.Node) Place {
	if c, ok := n.(*python.Call); ok && c == nil { // a call that no source makes
		return f.here
	}
	return Place{f.module.File, n.Pos()}
}

// Module is the file that is run.
func (f *frame) Module() *Module { return f.module }

// Func is the function that is run, nil for a module's body.
func (f *frame) Func() *Func { return f.fn }

// Class is the class whose body is run, nil elsewhere.
func (f *frame) Class() *Class { return f.class }

// Known says whether a fact holds here.
func (f *frame) Known(fact string) bool {
	for g := f; g != nil; g = g.outer {
		if g.env.facts[fact] {
			return true
		}
	}
	return false
}

// Learn makes a fact hold from here on.
func (f *frame) Learn(fact string) { f.env.learn([]string{fact}) }

// Apply calls a value with arguments, as the call expression does.
func (f *frame) Apply(callee *Value, args []*Value, at *python.Call) *Value {
	return f.call(callee, &Call{Callee: callee, Args: args, Keywords: map[string]*Value{}, At: at})
}

// End notes that control does not go on: a call that only raises.
func (f *frame) End() { f.env.dead = true }

// Outside notes a call that may raise what nobody here has written.
func (f *frame) Outside() { f.outside = true }

// Here is the statement that is run.
func (f *frame) Here() Place { return f.here }

// Spot is the subscript, attribute or call whose value is being made.
func (f *frame) Spot() Place {
	if f.spot.File == nil {
		return f.here
	}
	return f.spot
}

// Calling says whether an attribute is taken in order to be called.
func (f *frame) Calling() bool { return f.callee }

// IndexOf is base[key].
func (f *frame) IndexOf(base, key *Value) *Value { return f.index(base, key) }

// ElementOf is what iterating over base gives.
func (f *frame) ElementOf(base *Value) *Value { return f.iterate(base) }

// Replace gives the variable or the entry that an expression names a value.
func (f *frame) Replace(at python.Expr, v *Value) { f.put(at, v) }

// TextOf is a value as text: an exception is its message.
func (f *frame) TextOf(v *Value) *Value { return f.textual(v) }

// Eval is the value of an expression.
func (f *frame) Eval(e python.Expr) *Value { return f.eval(e) }

// Load runs a module's body, once. Its steps are its own, not those of the entry
// that comes by it first: an app's first import may load all of the app.
func (e *Engine) Load(m *Module) {
	if m.state != unloaded {
		return
	}
	m.state = loading
	steps, limit := e.steps, e.limit
	e.Begin()
	if !m.Main {
		e.limit = maxImported
	}
	defer func() {
		if e.CutShort() {
			e.short = append(e.short, m)
		}
		e.steps, e.limit = steps, limit
	}()
	outer := e.noted
	defer func() { e.noted = outer }() // no caller does what a module's body does
	if m.File.Text == "" && e.program.Whole != nil {
		if whole := e.program.Whole(m.File.Path); whole != nil {
			m.File = whole
		}
	}
	f := &frame{engine: e, module: m, env: m.globals, globals: map[string]bool{}}
	for _, s := range m.File.Body {
		f.declare(s)
	}
	m.body = &body{frame: f, done: map[python.Stmt]bool{}}
	for _, s := range m.File.Body {
		if f.env.dead {
			break
		}
		m.body.run(s)
	}
	f.env.dead = false
	m.globals = f.env
	m.body = nil
	m.state = loaded
}

// declare makes a top-level definition known before the body has run to it.
func (f *frame) declare(s python.Stmt) {
	if def, ok := s.(*python.FunctionDef); ok && len(def.Decorators) == 0 {
		f.env.vars.set(def.Name, Of(f.function(def)))
	}
}

// Exhausted says whether the program was too large to be followed to its end.
func (e *Engine) Exhausted() bool { return e.total > maxTotal }

// Short are the modules whose bodies were too long to be run to their ends.
func (e *Engine) Short() []*Module { return e.short }

// CutShort says whether what was run since Begin took more steps than one entry
// may, so that the rest of it was left out.
func (e *Engine) CutShort() bool { return e.steps > e.limit }

// Begin starts the account of steps of one entry.
func (e *Engine) Begin() { e.steps, e.limit = 0, maxSteps }

// Called says whether a function has been followed from some call or entry.
func (e *Engine) Called(fn *Func) bool { return e.called[fn.id] }

// Run calls a function from nowhere: its parameters are those given by name,
// else the library's Argument. self is nil for a function.
func (e *Engine) Run(fn *Value, self *Value, given map[string]*Value) (value *Value, raised []*Value) {
	e.Begin()
	for _, r := range valueRefs(fn) {
		switch r := r.(type) {
		case *Func:
			o := e.run(r, self, given, 0)
			value, raised = Join(value, o.value), append(raised, o.raised...)
		case *Bound:
			o := e.run(r.Func, r.Self, given, 0)
			value, raised = Join(value, o.value), append(raised, o.raised...)
		}
	}
	return value, raised
}

// Visit runs a function that nothing calls, for what it does itself, and not for
// long.
func (e *Engine) Visit(fn *Func, self *Value) {
	e.steps, e.limit = 0, maxIdle
	e.run(fn, self, nil, 0)
}

func (e *Engine) run(fn *Func, self *Value, given map[string]*Value, depth int) *outcome {
	args := make(map[string]*Value, len(fn.Params))
	rest := &Value{Shape: Dict, Fields: maps.Clone(given)}
	for i := range fn.Params {
		p := &fn.Params[i]
		switch {
		case i == 0 && self != nil && fn.Class != nil && !fn.Static:
			args[p.Name] = self
			if p.Kind == python.VarArgs {
				args[p.Name] = &Value{Shape: Tuple, Fields: map[string]*Value{"0": self}}
			}
			continue
		case p.Kind == python.VarKeywords:
			args[p.Name] = rest
			continue
		case p.Kind == python.VarArgs:
			args[p.Name] = &Value{Shape: List}
			continue
		}
		v, ok := given[p.Name]
		delete(rest.Fields, p.Name)
		if !ok {
			v = e.library.Argument(fn, p)
		}
		args[p.Name] = v
	}
	return e.enter(fn, args, depth)
}

// Instance makes the instance that a class used by a framework has.
func (e *Engine) Instance(c *Class) *Value {
	return e.Made(c, nil)
}

// Made makes the instance that a framework has which gives a class's __init__
// these arguments; nil for none.
func (e *Engine) Made(c *Class, given *Call) *Value {
	if given == nil {
		given = &Call{Keywords: map[string]*Value{}}
	}
	f := &frame{engine: e, module: c.Module, env: newEnv()}
	return f.construct(c, given, c.id+"()")
}

// enter runs a function with its parameters bound, or recalls what that gave.
func (e *Engine) enter(fn *Func, args map[string]*Value, depth int) *outcome {
	e.called[fn.id] = true
	text := append(make([]byte, 0, 128), fn.id...)
	for i := range fn.Params {
		text = strconv.AppendUint(append(text, ','), args[fn.Params[i].Name].Key(), 36)
	}
	if fn.outer != nil {
		text = fn.outer.closureKey(text)
	}
	if o, ok := e.memo[string(text)]; ok && o.holds() {
		e.noted = mergeNotes(e.noted, o.notes)
		for _, r := range o.readings {
			e.readings = withReading(e.readings, r)
		}
		return o
	}
	key := string(text)
	if e.active[key] || depth > maxDepth || e.steps > e.limit || e.total > maxTotal {
		return &outcome{}
	}
	e.Load(fn.Module)
	e.active[key] = true
	began := e.steps
	f := &frame{
		engine: e, module: fn.Module, fn: fn, class: fn.Class, env: newEnv(), outer: fn.outer, depth: depth,
		globals: map[string]bool{}, changed: map[string]bool{},
	}
	f.env.vars.own = args
	outer, read := e.noted, e.readings
	e.noted, e.readings = nil, nil
	if fn.Def == nil {
		f.value = f.eval(fn.Result)
		f.exits = f.env
	} else {
		f.block(fn.Body)
		f.leave()
	}
	delete(e.active, key)
	o := &outcome{value: f.value, raised: f.raised, outside: f.outside, changed: map[int]*Value{}, notes: e.noted, readings: e.readings}
	e.noted, e.readings = mergeNotes(outer, o.notes), read
	for _, r := range o.readings {
		e.readings = withReading(e.readings, r)
	}
	for _, after := range fn.After {
		o.value = after(o.value)
	}
	o.never = f.exits == nil && fn.Def != nil && f.value == nil && len(fn.Body) > 0 && e.steps <= e.limit
	if f.exits != nil {
		o.facts = slices.Sorted(maps.Keys(f.exits.facts))
	}
	for i := range fn.Params {
		if name := fn.Params[i].Name; f.changed[name] {
			o.changed[i] = f.env.vars.get(name)
		}
	}
	// What was cut short for what went before it is no outcome; a function that is
	// too long by itself is not begun again.
	if len(e.memo) < 200_000 && (!e.CutShort() || e.steps-began > e.limit/2) {
		e.memo[key] = o
	}
	return o
}

// closureKey tells the calls of a closure apart by what it closes over: the
// parameters of the function around it.
func (f *frame) closureKey(key []byte) []byte {
	if f.fn == nil {
		return key
	}
	for i := range f.fn.Params {
		key = strconv.AppendUint(append(key, '^'), f.env.vars.get(f.fn.Params[i].Name).Key(), 36)
	}
	if f.outer != nil {
		key = f.outer.closureKey(key)
	}
	return key
}

// leave notes the state at a return, or at the end of the body.
func (f *frame) leave() {
	if f.env.dead {
		return
	}
	if f.exits == nil {
		f.exits = f.env.clone()
	} else {
		f.exits = merge(f.exits, f.env)
	}
}

func sortedKeys(m map[string]*Value) []string { return slices.Sorted(maps.Keys(m)) }

func valueRefs(v *Value) []Ref {
	if v == nil {
		return nil
	}
	return v.Refs
}

// Functions are the functions of a module and the methods of its classes,
// without what decorators made of them, in the order of the source.
func (e *Engine) Functions(m *Module) []*Func {
	var out []*Func
	add := func(v *Value) {
		for _, r := range valueRefs(v) {
			if fn, ok := r.(*Func); ok && fn.Wraps().Module == m {
				out = append(out, fn.Wraps())
			}
		}
	}
	for _, s := range m.File.Body {
		switch s := s.(type) {
		case *python.FunctionDef:
			add(m.globals.vars.get(s.Name))
		case *python.ClassDef:
			for _, r := range valueRefs(m.globals.vars.get(s.Name)) {
				c, ok := r.(*Class)
				if !ok || c.Def != s {
					continue
				}
				for _, inner := range s.Body {
					if def, ok := inner.(*python.FunctionDef); ok {
						add(c.attrs.get(def.Name))
					}
				}
			}
		}
	}
	return out
}

// Global is what a module's name may be.
func (e *Engine) Global(m *Module, name string) []Ref {
	e.Load(m)
	return valueRefs(m.globals.vars.get(name))
}
