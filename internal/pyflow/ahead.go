package pyflow

import "github.com/discreet-dev/discreet/internal/python"

// Modules that import each other have an order in which they work, the one that
// Python meets when the app is started. A scan doesn't know where the app
// starts. So a name that is asked of a module whose body has not come to it yet
// is defined ahead of its turn: what a tree means doesn't hang on the order in
// which its files are met.

// body is a module's body on its way.
type body struct {
	frame  *frame
	done   map[python.Stmt]bool
	nested int                      // definitions made ahead inside one another
	binds  map[string][]python.Stmt // what gives a name; "*" for names that aren't told; made when it is first asked for
}

const maxAhead = 12

// run runs a statement of the body, once.
func (b *body) run(s python.Stmt) {
	if b.done[s] {
		return
	}
	b.done[s] = true
	b.frame.block([]python.Stmt{s})
	b.frame.module.globals = b.frame.env
}

// ahead defines a name of a module that is being loaded, and says whether there
// is one now.
func (m *Module) ahead(name string) bool {
	b := m.body
	if b == nil || b.nested >= maxAhead {
		return false
	}
	if b.binds == nil {
		b.binds = map[string][]python.Stmt{}
		for _, s := range m.File.Body {
			b.index(s, s)
		}
	}
	for _, by := range []string{name, "*"} {
		for _, s := range b.binds[by] {
			b.early(s)
		}
		if _, ok := m.globals.vars.find(name); ok {
			return true
		}
	}
	return false
}

// early runs a statement from inside another.
func (b *body) early(s python.Stmt) {
	if b.done[s] {
		return
	}
	here, dead := b.frame.here, b.frame.env.dead
	b.frame.env.dead = false
	b.nested++
	b.run(s)
	b.nested--
	b.frame.here, b.frame.env.dead = here, dead
}

// starred is a name that a module has from another by `import *`, which was not
// loaded to its end at the time.
func (m *Module) starred(name string) *Value {
	for _, from := range m.stars {
		if v, ok := from.globals.vars.find(name); ok {
			return v
		}
		if from.ahead(name) {
			return from.globals.vars.get(name)
		}
	}
	return nil
}

// index notes the names that a statement of the body, or one inside of it, gives
// to something.
func (b *body) index(outer, s python.Stmt) {
	note := func(name string) { b.binds[name] = append(b.binds[name], outer) }
	target := func(t python.Expr) {
		if n, ok := t.(*python.Name); ok {
			note(n.ID)
		}
	}
	within := func(list []python.Stmt) {
		for _, s := range list {
			b.index(outer, s)
		}
	}
	switch s := s.(type) {
	case *python.FunctionDef:
		note(s.Name)
	case *python.ClassDef:
		note(s.Name)
	case *python.Assign:
		for _, t := range s.Targets {
			target(t)
		}
	case *python.AnnAssign:
		if s.Value != nil {
			target(s.Target)
		}
	case *python.Import:
		for i := range s.Names {
			note(s.Names[i].Bound())
		}
	case *python.ImportFrom:
		for i := range s.Names {
			note(s.Names[i].Bound())
		}
	case *python.Try:
		within(s.Body)
	case *python.With:
		within(s.Body)
	case *python.If:
		within(s.Body)
		within(s.Else)
	}
}
