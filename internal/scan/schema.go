package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// schemaField is what a schema shows: an attribute, under a key.
type schemaField struct{ key, attribute string }

// shownBy are the fields that a model or a schema shows of what it is given; made
// is the schema as the code has made it, nil for the class alone. Of marshmallow's
// schemas those are left out that only=, exclude= and load_only= leave out, of a
// field, of the schema's Meta and where the schema is made.
// https://marshmallow.readthedocs.io/en/stable/quickstart.html
func shownBy(f *pyflow.Frame, c *pyflow.Class, made *pyflow.Instance) []schemaField {
	if !isSchema(c) {
		var out []schemaField
		for _, name := range modelFields(c) {
			out = append(out, schemaField{name, name})
		}
		return out
	}
	var options []*pyflow.Value // of Meta, then of the schema that was made
	for _, r := range c.Attr("Meta").RefList() {
		if meta, ok := r.(*pyflow.Class); ok {
			options = append(options, &pyflow.Value{Fields: map[string]*pyflow.Value{
				"only": meta.Attr("fields"), "exclude": meta.Attr("exclude"), "load_only": meta.Attr("load_only"),
			}})
		}
	}
	if made != nil {
		options = append(options, made.Dict())
	}
	declared := declaredFields(c)
	var out []schemaField
	for _, name := range modelFields(c) {
		field, call := declared[name]
		if name == "Meta" || call && isTrue(keyword(field, "load_only")) {
			continue
		}
		if slices.ContainsFunc(options, func(o *pyflow.Value) bool { return leavesOut(f, o, name) }) {
			continue
		}
		shown := schemaField{name, name}
		if call {
			if s, ok := keyword(field, "attribute").(*python.String); ok {
				shown.attribute = s.Value
			}
			if s, ok := keyword(field, "data_key").(*python.String); ok {
				shown.key = s.Value
			}
		}
		out = append(out, shown)
	}
	return out
}

func isSchema(c *pyflow.Class) bool {
	_, external := c.Lineage()
	return slices.ContainsFunc(external, func(x string) bool { return strings.HasSuffix(lastPart(x), "Schema") })
}

// leavesOut says whether options do not show a field. A list that is put together
// at run time leaves nothing out, as far as is known.
func leavesOut(f *pyflow.Frame, options *pyflow.Value, name string) bool {
	for _, option := range []string{"exclude", "load_only"} {
		if slices.Contains(f.ElementOf(options.Field(option)).Texts(), name) {
			return true
		}
	}
	only := f.ElementOf(options.Field("only")).Texts()
	return len(only) > 0 && !slices.ContainsFunc(only, func(x string) bool { return x == name || strings.HasPrefix(x, name+".") })
}

// declaredFields are the calls that make a class's fields, its own before those
// that it inherits.
func declaredFields(c *pyflow.Class) map[string]*python.Call {
	out := map[string]*python.Call{}
	classes, _ := c.Lineage()
	for _, k := range classes {
		for _, st := range k.Def.Body {
			var target, value python.Expr
			switch st := st.(type) {
			case *python.Assign:
				target, value = st.Targets[0], st.Value
			case *python.AnnAssign:
				target, value = st.Target, st.Value
			}
			name, named := target.(*python.Name)
			call, made := value.(*python.Call)
			if named && made && out[name.ID] == nil {
				out[name.ID] = call
			}
		}
	}
	return out
}
