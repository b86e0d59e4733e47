package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// supplied is what FastAPI calls for a parameter: `x=Depends(f)`, `x: Service =
// Depends()`, `x: Annotated[User, Depends(f)]`, or a name for such a type.
func (s *scanner) supplied(fn *pyflow.Func, p *python.Param) (v *pyflow.Value, ok bool) {
	text := ""
	if call, is := p.Default.(*python.Call); is {
		text = fn.Module.File.Source(call.Span)
		if depends(text) {
			of := p.Default
			if len(call.Args)+len(call.Keywords) == 0 {
				of = p.Annotation
			}
			return s.identified(s.engine.Evaluate(fn.Module, of), text, fn, p), true
		}
	}
	if p.Annotation == nil {
		return nil, false
	}
	text = fn.Module.File.Source(p.Annotation.Pos())
	v = nil
	switch p.Annotation.(type) {
	case *python.Subscript:
		if !strings.Contains(text, "Depends(") && !strings.Contains(text, "Security(") {
			return nil, false
		}
		v = s.engine.Evaluate(fn.Module, p.Annotation)
	case *python.Name:
		v = s.engine.Evaluate(fn.Module, p.Annotation)
		if v == nil || len(v.Marks) == 0 && !slices.ContainsFunc(v.Refs, func(r pyflow.Ref) bool { _, is := r.(*pyflow.Instance); return is }) {
			return nil, false // a type, not what is called for it
		}
	default:
		return nil, false
	}
	return s.identified(v, text, fn, p), true
}

func depends(text string) bool {
	return strings.HasPrefix(text, "Depends(") || strings.HasPrefix(text, "Security(") || strings.HasPrefix(text, "fastapi.Depends(")
}

// identified is what a dependency gives; of one that by its name says who calls,
// and of which no more is known, that is it.
func (s *scanner) identified(v *pyflow.Value, text string, fn *pyflow.Func, p *python.Param) *pyflow.Value {
	if c, _ := classify(v); c == classPrincipal || !v.Empty() && !authName.MatchString(text) {
		return s.made(v)
	}
	if authName.MatchString(text) || identityName.MatchString(p.Name) {
		s.sawPrincipal()
		return pyflow.Marked(principalMark{p.Name}, pyflow.Place{File: fn.Module.File, Span: p.Span}, "the verified caller")
	}
	return s.made(v)
}

// made is a class as what FastAPI makes of it.
func (s *scanner) made(v *pyflow.Value) *pyflow.Value {
	if v == nil {
		return nil
	}
	out := v
	for _, r := range v.Refs {
		if c, ok := r.(*pyflow.Class); ok {
			out = pyflow.Join(s.engine.Instance(c))
		}
	}
	return out
}

// fastapiCall knows what stands for parameters.
func (s *scanner) fastapiCall(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	switch c.Name {
	case "fastapi.Depends", "fastapi.Security", "fastapi.params.Depends":
		return f.Provide(c.Arg(0, "dependency"))
	}
	return nil
}

// annotated is Annotated[T, x, ...], as what is said of T.
func annotated(f *pyflow.Frame, at python.Expr) *pyflow.Value {
	sub, ok := at.(*python.Subscript)
	if !ok {
		return nil
	}
	list, ok := sub.Index.(*python.Tuple)
	if !ok {
		return nil
	}
	var out *pyflow.Value
	for _, x := range list.Elts[min(1, len(list.Elts)):] {
		if call, ok := x.(*python.Call); ok {
			out = pyflow.Join(out, f.Eval(call))
		}
	}
	return out
}

// responseModel lets a route answer with the fields of its model alone:
// response_model=User, or `-> User` of a model of pydantic's.
func (s *scanner) responseModel(f *pyflow.Frame, call *python.Call, target *pyflow.Value) *pyflow.Value {
	var model python.Expr
	for i := range call.Keywords {
		if call.Keywords[i].Name == "response_model" {
			model = call.Keywords[i].Value
		}
	}
	if model == nil {
		for _, r := range target.Refs {
			if fn, ok := r.(*pyflow.Func); ok && fn.Def != nil && fn.Wraps() == fn {
				model = fn.Def.Returns
			}
		}
	}
	if model == nil {
		return target
	}
	var names []string
	python.Inspect(model, func(n python.Node) bool {
		name, ok := n.(*python.Name)
		if !ok {
			return true
		}
		for _, r := range f.Eval(name).RefList() {
			if c, ok := r.(*pyflow.Class); ok && isModel(c) {
				names = append(names, modelFields(c)...)
			}
		}
		return true
	})
	if len(names) == 0 {
		return target
	}
	return onlyNames(f, target, names)
}

// modelFields are the fields of a model, a schema or a dataclass.
func modelFields(c *pyflow.Class) []string {
	names := c.Names()
	for _, r := range c.Attr("Meta").RefList() { // marshmallow's Meta.fields
		if meta, ok := r.(*pyflow.Class); ok && meta.Attr("fields") != nil {
			list := meta.Attr("fields")
			names = append(names, list.Elem.Texts()...)
			for _, i := range list.FieldNames() {
				names = append(names, list.Fields[i].Texts()...)
			}
		}
	}
	for _, name := range c.Annotated() {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
