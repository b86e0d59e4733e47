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
	switch at := p.Annotation.(type) {
	case *python.Subscript:
		if !strings.Contains(text, "Depends(") && !strings.Contains(text, "Security(") {
			return nil, false
		}
		of := p.Annotation
		if list, ok := at.Index.(*python.Tuple); ok && len(list.Elts) > 0 && strings.Contains(text, "Depends()") {
			of = list.Elts[0] // Annotated[Page, Depends()]
		}
		v = s.engine.Evaluate(fn.Module, of)
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
			out = pyflow.Join(s.engine.Made(c, s.queried(c)))
		}
	}
	return out
}

// fastapiCall knows what stands for parameters.
func (s *scanner) fastapiCall(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	switch c.Name {
	case "fastapi.Depends", "fastapi.Security", "fastapi.params.Depends":
		s.providing++
		defer func() { s.providing-- }()
		return f.Provide(c.Arg(0, "dependency"))
	}
	return nil
}

// dependency is a parameter of what a route depends on: FastAPI fills it from the
// request, as it does the route's own.
// https://fastapi.tiangolo.com/tutorial/dependencies/
func (s *scanner) dependency(fn *pyflow.Func, p *python.Param) *pyflow.Value {
	if s.providing == 0 || s.current == nil || s.current.kind != route || p.Annotation == nil || p.Name == "self" {
		return nil
	}
	at := pyflow.Place{File: fn.Module.File, Span: p.Span}
	part := ""
	for _, m := range pathParam.FindAllStringSubmatch(s.current.path, -1) {
		if m[1] == p.Name {
			part = "path"
		}
	}
	if part == "" {
		part = requestPart(fn.Module.File.Source(p.Annotation.Pos()))
	}
	if call, ok := p.Default.(*python.Call); ok && part != "path" {
		part = requestPart(fn.Module.File.Source(call.Span))
	}
	if part == "" {
		return nil
	}
	return pyflow.Marked(clientMark{part: part, name: p.Name, at: fn.Module.File.Path}, at, "the caller's "+part+" "+p.Name)
}

// requestPart is the part of a request that FastAPI takes a parameter from, by
// its type or by what stands for its default; "" for a body and for no part.
func requestPart(text string) string {
	switch text {
	case "str", "int", "UUID", "uuid.UUID", "Optional[str]", "Optional[int]", "str | None", "int | None", "bool", "float", "EmailStr":
		return "query"
	}
	for _, part := range []string{"Query", "Path", "Header", "Cookie", "Form"} {
		if strings.Contains(text, part+"(") {
			return strings.ToLower(part)
		}
	}
	return ""
}

// queried is what FastAPI makes an instance of a class with that a route depends
// on: each field of a model, and each plain parameter, is one of the query.
func (s *scanner) queried(c *pyflow.Class) *pyflow.Call {
	call := &pyflow.Call{Keywords: map[string]*pyflow.Value{}}
	_, external := c.Lineage()
	if s.current == nil || s.current.kind != route || slices.ContainsFunc(external, func(x string) bool { return lastPart(x) == "BaseSettings" }) {
		return call
	}
	mark := func(name string, at pyflow.Place) {
		call.Keywords[name] = pyflow.Marked(clientMark{part: "query", name: name, at: c.Module.File.Path}, at, "the caller's query "+name)
	}
	init := c.Method("__init__")
	if init == nil && isModel(c) {
		for _, name := range modelFields(c) {
			mark(name, pyflow.Place{File: c.Module.File, Span: c.Def.Span})
		}
		return call
	}
	if init == nil {
		return call
	}
	for i := range init.Params {
		p := &init.Params[i]
		if p.Annotation != nil && requestPart(c.Module.File.Source(p.Annotation.Pos())) == "query" {
			if _, depends := p.Default.(*python.Call); !depends {
				mark(p.Name, pyflow.Place{File: init.Module.File, Span: p.Span})
			}
		}
	}
	return call
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
	model := keyword(call, "response_model")
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
	classes := s.modelsIn(f.Module(), model)
	if len(classes) == 0 {
		return target
	}
	return pyflow.After(target, func(v *pyflow.Value) *pyflow.Value {
		if v != nil && v.Shape == pyflow.Tuple { // body, status
			v = v.Field("0")
		}
		left := maxModelled
		return s.modelled(f, v, classes, maxModels, &left)
	})
}

// modelsIn are the models that an annotation names: User, list[User], User | None.
func (s *scanner) modelsIn(m *pyflow.Module, annotation python.Expr) []*pyflow.Class {
	var out []*pyflow.Class
	if annotation == nil {
		return nil
	}
	python.Inspect(annotation, func(n python.Node) bool {
		var v *pyflow.Value
		switch n := n.(type) {
		case *python.Attribute:
			v = s.engine.Evaluate(m, n)
		case *python.Name:
			v = s.engine.Evaluate(m, n)
		}
		for _, r := range v.RefList() {
			if c, ok := r.(*pyflow.Class); ok && isModel(c) && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
		return true
	})
	return out
}

// The bounds of models within models: how deep they are followed, and how many
// of one answer are.
const (
	maxModels   = 4
	maxModelled = 200
)

// modelled is what models show of a value: the fields that they declare, and of
// what is within a field whose type is a model, that model's.
func (s *scanner) modelled(f *pyflow.Frame, v *pyflow.Value, classes []*pyflow.Class, nest int, left *int) *pyflow.Value {
	out := &pyflow.Value{Shape: pyflow.Dict, Fields: map[string]*pyflow.Value{}}
	item := pyflow.Join(f.ElementOf(v), v)
	for _, c := range classes {
		types := c.Annotations()
		for _, name := range modelFields(c) {
			value := f.IndexOf(item, pyflow.Of(pyflow.Text(name)))
			var within []*pyflow.Class
			if nest > 0 && *left > 0 {
				within = s.modelsIn(c.Module, types[name])
			}
			if len(within) > 0 {
				*left--
				value = s.modelled(f, value, within, nest-1, left)
			} else {
				value = onlyFields(value)
			}
			out.Fields[name] = pyflow.Join(out.Fields[name], value)
		}
	}
	return out
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
