package scan

import (
	"slices"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// isModel says whether a class is a pydantic model: it picks what it is given.
func isModel(c *pyflow.Class) bool {
	_, external := c.Lineage()
	return slices.ContainsFunc(external, func(x string) bool {
		x = lastPart(x)
		return x == "BaseModel" || x == "SQLModel" || x == "BaseSettings" || x == "TypedDict"
	})
}

// picked is what a model made of a value holds: Model.model_validate(item).
func picked(f *pyflow.Frame, c *pyflow.Class, item *pyflow.Value) *pyflow.Value {
	out := &pyflow.Value{Shape: pyflow.Dict, Fields: map[string]*pyflow.Value{}}
	for _, name := range modelFields(c) {
		out.Fields[name] = onlyFields(f.IndexOf(item, pyflow.Of(pyflow.Text(name))))
	}
	return out
}

// modelCall knows the methods of pydantic's models that make one, or a dict.
func (s *scanner) modelCall(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	switch c.Method {
	case "model_validate", "parse_obj", "from_orm", "validate", "model_validate_json", "parse_raw", "model_construct":
		for _, r := range c.Receiver.RefList() {
			if class, ok := r.(*pyflow.Class); ok && isModel(class) {
				return picked(f, class, c.Arg(0, "obj"))
			}
		}
	case "model_dump", "dict", "model_dump_json", "json":
		exclude, include := c.Arg(-1, "exclude"), c.Arg(-1, "include")
		out := dumped(c.Receiver)
		if out == nil && (exclude != nil || include != nil) {
			out = pyflow.AsDict(c.Receiver)
		}
		if out == nil || exclude == nil && include == nil {
			return out
		}
		if include != nil {
			picked := &pyflow.Value{Shape: pyflow.Dict, Fields: map[string]*pyflow.Value{}}
			for _, name := range keysOf(f, include) {
				picked.Fields[name] = f.IndexOf(out, pyflow.Of(pyflow.Text(name)))
			}
			return picked
		}
		without := &pyflow.Value{Shape: pyflow.Dict, Fields: map[string]*pyflow.Value{}}
		for name, v := range out.Fields {
			without.Fields[name] = v
		}
		for _, name := range keysOf(f, exclude) {
			without.Fields[name] = &pyflow.Value{}
		}
		without.Marks, without.Elem = out.Marks, out.Elem
		return without
	}
	return nil
}

// dumped is a model as a dict; nil for anything else. What its class excludes is
// not in it, and a SecretStr is shown as stars.
func dumped(v *pyflow.Value) (out *pyflow.Value) {
	for _, r := range v.RefList() {
		i, ok := r.(*pyflow.Instance)
		if !ok || !isModel(i.Class) {
			continue
		}
		dict := i.Dict()
		for _, name := range unshown(i.Class) {
			dict.Fields[name] = &pyflow.Value{}
		}
		out = pyflow.Join(out, dict)
	}
	return out
}

// unshown are the fields of a model that a dump of it does not show.
// https://docs.pydantic.dev/latest/concepts/fields/, https://docs.pydantic.dev/latest/api/types/
func unshown(c *pyflow.Class) []string {
	var out []string
	classes, _ := c.Lineage()
	for _, k := range classes {
		for _, st := range k.Def.Body {
			a, ok := st.(*python.AnnAssign)
			if !ok {
				continue
			}
			name, ok := a.Target.(*python.Name)
			if ok && (excluded(a.Value) || secretType(a.Annotation)) {
				out = append(out, name.ID)
			}
		}
	}
	return out
}

// excluded says whether a field is made with Field(exclude=True).
func excluded(value python.Expr) bool {
	call, ok := value.(*python.Call)
	return ok && isTrue(keyword(call, "exclude"))
}

// secretType says whether an annotation is, or holds, a type that hides its text.
func secretType(annotation python.Expr) (found bool) {
	python.Inspect(annotation, func(n python.Node) bool {
		if name, ok := n.(*python.Name); ok && (name.ID == "SecretStr" || name.ID == "SecretBytes") {
			found = true
		}
		return !found
	})
	return found
}

// keysOf are the constants that a set, list or dict holds.
func keysOf(f *pyflow.Frame, v *pyflow.Value) []string {
	if v == nil {
		return nil
	}
	return append(v.FieldNames(), f.ElementOf(v).Texts()...)
}
