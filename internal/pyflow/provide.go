package pyflow

import "github.com/discreet-dev/discreet/internal/python"

// Provide is what a framework gets that calls a function, or makes an instance
// of a class, to have a value for a parameter: Depends(function).
func (f *frame) Provide(callee *Value) *Value {
	var out []*Value
	for _, r := range valueRefs(callee) {
		switch r := r.(type) {
		case *Func:
			out = append(out, f.engine.run(r, nil, nil, f.depth+1).value)
		case *Bound:
			out = append(out, f.engine.run(r.Func, r.Self, nil, f.depth+1).value)
		case *Class:
			out = append(out, f.construct(r, &Call{Keywords: map[string]*Value{}}, r.id+"()"))
		case *Instance:
			if fn := r.Class.Method("__call__"); fn != nil {
				out = append(out, f.engine.run(fn, Of(r), nil, f.depth+1).value)
			}
		}
	}
	return Join(out...)
}

// Evaluate is the value of an expression at a module's top level: of a
// parameter's default or annotation.
func (e *Engine) Evaluate(m *Module, x python.Expr) *Value {
	e.Load(m)
	f := &frame{engine: e, module: m, env: newEnv()}
	return f.eval(x)
}

// entered is what `with value as x` gives x.
func (f *frame) entered(v *Value) *Value {
	var out []*Value
	for _, r := range valueRefs(v) {
		i, ok := r.(*Instance)
		if !ok {
			continue
		}
		for _, name := range []string{"__enter__", "__aenter__"} {
			if fn := i.Class.Method(name); fn != nil {
				out = append(out, f.invoke(fn, Of(i), &Call{Keywords: map[string]*Value{}}))
			}
		}
	}
	if len(out) == 0 {
		return v
	}
	return Join(out...)
}
