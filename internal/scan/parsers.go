package scan

import (
	"maps"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// What parsers and models say of a body before anything is read from it: the
// names that a caller may send.

// ask notes that a part of the request, read in this file, holds a name.
func (s *scanner) ask(part string, f *pyflow.Frame, names ...string) {
	s.askAt(part+f.Module().File.Path, names)
}

func (s *scanner) askAt(origin string, names []string) {
	if s.asked[origin] == nil {
		s.asked[origin] = map[string]bool{}
	}
	for _, n := range names {
		s.asked[origin][n] = true
	}
}

// restxModel is api.model("Name", {...}), and one that inherits from others.
func restxModel(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	out := &pyflow.Value{Shape: pyflow.Dict, Fields: map[string]*pyflow.Value{}}
	for _, a := range c.Args {
		if a != nil && a.Shape == pyflow.Dict {
			maps.Copy(out.Fields, a.Fields)
		}
	}
	return out
}

// expected notes what @api.expect(model) and @blp.arguments(Schema) let a caller
// send.
func (s *scanner) expected(f *pyflow.Frame, call *python.Call) {
	if call == nil || len(call.Args) == 0 {
		return
	}
	model := f.Eval(call.Args[0])
	names := append([]string{}, model.FieldNames()...)
	for _, r := range model.RefList() {
		switch r := r.(type) {
		case *pyflow.Class:
			names = append(names, modelFields(r)...)
		case *pyflow.Instance:
			names = append(names, modelFields(r.Class)...)
		}
	}
	s.ask("body", f, names...)
}

// loaded is what a schema of the tree makes of a body: Schema().load(json).
func (s *scanner) loaded(c *pyflow.Call) *pyflow.Value {
	v := c.Arg(0, "data")
	for _, r := range c.Receiver.RefList() {
		i, ok := r.(*pyflow.Instance)
		if !ok {
			continue
		}
		for _, t := range v.Deep() {
			if m, ok := t.Mark.(clientMark); ok && m.name == "" {
				s.askAt(m.part+m.at, modelFields(i.Class))
			}
		}
	}
	return orEmpty(v)
}

// bodyModel is a body that FastAPI reads into a model: its fields are what a
// caller sends.
func (s *scanner) bodyModel(fn *pyflow.Func, p *python.Param, body *pyflow.Value) *pyflow.Value {
	for _, r := range s.engine.Evaluate(fn.Module, p.Annotation).RefList() {
		if c, ok := r.(*pyflow.Class); ok && !strings.HasPrefix(c.Name, "_") {
			s.askAt("body"+fn.Module.File.Path, modelFields(c))
			if isModel(c) {
				body = body.Map(func(t pyflow.Traced) pyflow.Traced {
					if m, ok := t.Mark.(clientMark); ok {
						m.model = c
						t.Mark = m
					}
					return t
				})
			}
		}
	}
	return body
}
