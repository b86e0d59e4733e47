package scan

import (
	"cmp"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
	"github.com/discreet-dev/discreet/internal/surface"
)

// modelTypes are PynamoDB's attributes.
// https://pynamodb.readthedocs.io/en/stable/attributes.html
var modelTypes = map[string]string{
	"UnicodeAttribute": "S", "NumberAttribute": "N", "BooleanAttribute": "BOOL", "UTCDateTimeAttribute": "S", "JSONAttribute": "S", "ListAttribute": "L",
	"MapAttribute": "M", "DynamicMapAttribute": "M", "UnicodeSetAttribute": "SS", "NumberSetAttribute": "NS", "BinaryAttribute": "B", "BinarySetAttribute": "BS",
	"TTLAttribute": "N", "VersionAttribute": "N",
}

// model is the table that a PynamoDB model declares; the class is known by its
// name.
func (s *scanner) model(c *pyflow.Class) *surface.Table {
	if name, known := s.survey.aliases[c.Name]; known {
		return s.survey.models[name]
	}
	file := c.Module.File
	r := literals{file}
	t := &surface.Table{Declared: true}
	t.Path, t.Range = file.Path, file.Range(c.Def.NameSpan)
	classes, _ := c.Lineage()
	for _, k := range classes {
		if k.Module.File != file && t.Name == "" {
			r = literals{k.Module.File}
		}
		for _, st := range k.Def.Body {
			switch st := st.(type) {
			case *python.ClassDef:
				if st.Name == "Meta" {
					for _, inner := range st.Body {
						if a, ok := inner.(*python.Assign); ok && assigns(a, "table_name") && t.Name == "" {
							t.Name, t.Setting = r.nameOf(a.Value)
						}
					}
				}
			case *python.Assign:
				if len(st.Targets) == 1 {
					s.modelAttribute(t, st.Targets[0], st.Value)
				}
			case *python.AnnAssign:
				s.modelAttribute(t, st.Target, st.Value)
			}
		}
	}
	t.Name = cmp.Or(t.Name, c.Name)
	s.survey.aliases[c.Name] = t.Name
	s.survey.models[t.Name] = t
	for i := range t.Fields {
		s.survey.learn(t.Name, t.Fields[i].Name, t.Fields[i].Type)
	}
	return t
}

func assigns(a *python.Assign, name string) bool {
	n, ok := a.Targets[0].(*python.Name)
	return ok && n.ID == name
}

func (s *scanner) modelAttribute(t *surface.Table, target, value python.Expr) {
	name, ok := target.(*python.Name)
	call, isCall := value.(*python.Call)
	if !ok || !isCall {
		return
	}
	kind, known := modelTypes[calleeName(call)]
	if !known {
		return
	}
	f := surface.Field{Name: name.ID, Type: kind, Class: classNamed(name.ID), Location: t.Location}
	for i := range call.Keywords {
		k := &call.Keywords[i]
		yes, isConstant := k.Value.(*python.Constant)
		on := isConstant && yes.Kind == python.True
		switch k.Name {
		case "hash_key":
			if on {
				t.PartitionKey, t.PartitionType = f.Name, kind
			}
		case "range_key":
			if on {
				t.SortKey, t.SortType = f.Name, kind
			}
		case "attr_name":
			if text, ok := k.Value.(*python.String); ok {
				f.Name = text.Value
			}
		}
	}
	if calleeName(call) == "TTLAttribute" {
		t.TTL = f.Name
	}
	t.Fields = append(t.Fields, f)
}

func modelOf(v *pyflow.Value) *pyflow.Class {
	if v == nil {
		return nil
	}
	for _, r := range v.Refs {
		switch r := r.(type) {
		case *pyflow.Class:
			return r
		case *pyflow.Instance:
			return r.Class
		}
	}
	return nil
}

// surveyModel notes that a model is made: what is stored by its save.
func (s *scanner) surveyModel(f *pyflow.Frame, c *pyflow.Call, item *pyflow.Value) {
	class := modelOf(c.Callee)
	if class == nil || c.At == nil {
		return
	}
	t := s.model(class)
	at := f.Place(c.At)
	a := surface.Access{Table: t.Name, Operation: "PutItem", Writes: stored(item, s, locate(at))}
	for i, v := range c.Args {
		if key := []string{t.PartitionKey, t.SortKey}; i < 2 && key[i] != "" {
			b := bindingOf(key[i], "eq", v)
			b.Key = true
			a.Bindings = append(a.Bindings, b)
			a.Writes = append(a.Writes, surface.Attribute{Name: key[i], Location: locate(at)})
		}
	}
	a.Writes = attributes(a.Writes)
	a.Scope = scopeOfBindings(a.Bindings)
	s.access1(a, nil, nil, at)
}

// surveyQuery notes that a model reads.
func (s *scanner) surveyQuery(f *pyflow.Frame, c *pyflow.Call, r *read, action string) {
	class := modelOf(c.Receiver)
	if class == nil || c.At == nil {
		return
	}
	t := s.model(class)
	a := surface.Access{Table: t.Name, Operation: action, Scope: scopeNamed(r)}
	keys := []string{t.PartitionKey, t.SortKey}
	for i, v := range append(c.Args[:len(c.Args):len(c.Args)], c.Arg(-1, "hash_key"), c.Arg(-1, "range_key"), c.Arg(-1, "range_key_condition"), c.Arg(-1, "filter_condition")) {
		if v == nil {
			continue
		}
		found := false
		for _, m := range v.Deep() {
			if m, ok := m.Mark.(conditionMark); ok && m.binding.Operator != "" {
				m.binding.Key = m.attribute == t.PartitionKey || m.attribute == t.SortKey
				a.Bindings = append(a.Bindings, m.binding)
				found = true
			}
		}
		if j := i - len(c.Args); j >= 0 && j < 2 {
			i = j
		}
		if !found && i < 2 && keys[i] != "" && !strings.Contains(action, "Scan") {
			b := bindingOf(keys[i], "eq", v)
			b.Key = true
			a.Bindings = append(a.Bindings, b)
		}
	}
	if a.Scope == surface.Unbound {
		a.Scope = scopeOfBindings(a.Bindings)
	}
	r.bindings = a.Bindings
	s.access1(a, r, nil, f.Place(c.At))
}
