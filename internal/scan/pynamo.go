package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// pynamoCall knows PynamoDB: a model's class reads, its instances are items.
func (s *scanner) pynamoCall(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	if c.Name == "pynamodb.models.Model" { // a model is made
		item := &pyflow.Value{Shape: pyflow.Dict, Fields: c.Keywords}
		s.writes = append(s.writes, &write{at: f.Place(c.At), in: frameTitle(f), group: s.group(f), table: c.Method, item: item})
		s.surveyModel(f, c, item)
		return s.kept(f, c, c.Method, item)
	}
	if strings.HasPrefix(c.Name, "pynamodb.attributes.") && c.Receiver != nil { // Model.attribute.contains(value)
		return &pyflow.Value{Marks: c.All().Deep()}
	}
	if !strings.HasPrefix(c.Name, "pynamodb.Model.") {
		return nil
	}
	r := &read{op: c.Method, at: f.Place(c.At), in: frameTitle(f), fn: f.Func(), table: modelName(c.Receiver)}
	r.declared, r.hint = declared(c.Receiver)
	var parts []conditionMark
	for _, a := range append(slices.Clone(c.Args), c.Keywords["hash_key"], c.Keywords["range_key"], c.Keywords["range_key_condition"], c.Keywords["filter_condition"]) {
		if a == nil {
			continue
		}
		found := false
		for _, t := range a.Deep() {
			if m, ok := t.Mark.(conditionMark); ok {
				parts = append(parts, m)
				found = true
			}
		}
		if found {
			r.clients = append(r.clients, clientsOf(a)...)
			continue
		}
		cl, client := classify(a)
		parts = append(parts, conditionMark{class: cl, client: client.origin(), digest: client.digest})
		r.clients = append(r.clients, clientsOf(a)...)
	}
	level := levelItems
	action := "Query"
	switch c.Method {
	case "get":
		level, action = levelItem, "GetItem"
	case "scan":
		action = "Scan"
	case "batch_get":
		action = "BatchGetItem"
	}
	s.calls.note(f.Place(c.At), action)
	r.scope = scopeOf(parts)
	r.id = placeKey(r.at) + "/" + string('0'+rune(r.scope)) + r.table
	if old := s.reads[r.id]; old != nil {
		r = old
	} else {
		s.reads[r.id] = r
	}
	s.surveyQuery(f, c, r, action)
	v := pyflow.Marked(dataMark{read: r, level: level}, f.Place(c.At), r.describe())
	item := v
	if level == levelItems {
		item = pyflow.Marked(dataMark{read: r, level: levelItem}, f.Place(c.At), r.describe())
		v.Shape = pyflow.List
	}
	item.Refs = s.instancesOf(c.Receiver)
	if level == levelItems {
		v.Elem = item
	}
	return v
}

// instancesOf are the models that a class's reads give: their methods can be
// called.
func (s *scanner) instancesOf(v *pyflow.Value) (out []pyflow.Ref) {
	for _, r := range v.RefList() {
		switch r := r.(type) {
		case *pyflow.Class:
			out = append(out, s.engine.Instance(r).RefList()...)
		case *pyflow.Instance:
			out = append(out, r)
		}
	}
	return out
}

// modelCondition is what Model.attribute == value makes in PynamoDB.
func modelCondition(left, right *pyflow.Value, at python.Expr) []pyflow.Mark {
	if !slices.ContainsFunc(left.Externals(), func(x string) bool { return strings.HasPrefix(x, "pynamodb.attributes.") }) || right == nil {
		return nil
	}
	if slices.ContainsFunc(left.Marks, func(t pyflow.Traced) bool { _, item := t.Mark.(dataMark); return item }) {
		return nil // an item's attribute, which has a value
	}
	name := ""
	if c, ok := at.(*python.Compare); ok {
		if a, ok := c.Left.(*python.Attribute); ok {
			name = a.Attr
		}
	}
	cl, client := classify(right)
	m := conditionMark{attribute: name, class: cl, client: client.origin(), digest: client.digest}
	if c, ok := at.(*python.Compare); ok && len(c.Ops) == 1 {
		m.binding = bindingOf(name, comparison[c.Ops[0]], right)
	}
	out := []pyflow.Mark{m}
	for _, sent := range clientsOf(right) {
		out = append(out, sent)
	}
	return out
}

func modelName(v *pyflow.Value) string {
	if v == nil {
		return ""
	}
	for _, r := range v.Refs {
		switch r := r.(type) {
		case *pyflow.Class:
			return r.Name
		case *pyflow.Instance:
			return r.Class.Name
		}
	}
	return ""
}

// pynamoAttribute makes the reading methods of models callable.
func pynamoAttribute(base *pyflow.Value, name string) *pyflow.Value {
	switch name {
	case "attribute_values": // of one that was just made
		if base != nil && base.Shape == pyflow.Dict && base.Field(name) == nil {
			return base
		}
		return nil
	case "get", "query", "scan", "batch_get", "rate_limited_scan":
	default:
		return nil
	}
	if base == nil {
		return nil
	}
	for _, r := range base.Refs {
		var c *pyflow.Class
		switch r := r.(type) {
		case *pyflow.Class:
			c = r
		case *pyflow.Instance:
			c = r.Class
		}
		if c == nil {
			continue
		}
		_, external := c.Lineage()
		for _, x := range external {
			if strings.HasPrefix(x, "pynamodb.") {
				return pyflow.Of(pyflow.External("pynamodb.Model." + name))
			}
		}
	}
	return nil
}
