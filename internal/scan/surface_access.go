package scan

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
	"github.com/discreet-dev/discreet/internal/surface"
)

// surveyRead notes a call that reads a table.
func (s *scanner) surveyRead(f *pyflow.Frame, c *pyflow.Call, r *read) {
	a := surface.Access{Table: r.table, Index: c.Arg(-1, "IndexName").Text(), Operation: methods[c.Method], Projected: r.projected, Scope: scopeNamed(r)}
	if op := paginated(c.Receiver); op != "" {
		a.Operation = methods[op]
	}
	for _, name := range r.shows {
		a.Shows = append(a.Shows, surface.Attribute{Name: name})
	}
	a.Bindings = append(keyBindings(c), conditions(c)...)
	r.bindings = a.Bindings
	if a.Scope == surface.Unbound && scopeOfBindings(a.Bindings) == surface.Constant {
		a.Scope = surface.Constant
	}
	s.keyTypes(c, r.table)
	if requests := c.Arg(-1, "RequestItems"); requests != nil && a.Table == "" {
		for _, name := range requests.FieldNames() { // one access for each table
			s.survey.sawTable(pyflow.Of(pyflow.Text(name)))
			one := a
			one.Table = name
			if keys := requests.Fields[name].Field("Keys"); keys != nil {
				one.Bindings = bindingsOf(f.ElementOf(keys))
			}
			s.access1(one, r, nil, f.Place(c.At))
		}
		if len(requests.Fields) > 0 {
			return
		}
	}
	s.access1(a, r, nil, f.Place(c.At))
}

// access1 notes one access; item is where what it stores comes from.
func (s *scanner) access1(a surface.Access, r *read, item []surface.Binding, at pyflow.Place) {
	a.Location = locate(at)
	id := ""
	if r != nil {
		id = r.id
	}
	for i := range a.Bindings {
		b := &a.Bindings[i]
		if b.Template != "" {
			s.survey.learn(a.Table, b.Attribute, "S")
		}
		if !b.Key {
			if b.Source == surface.FromConstant {
				b.Template = "" // a value, and no part of a key
			}
			a.Reads = append(a.Reads, surface.Attribute{Name: b.Attribute, Location: a.Location})
		}
	}
	a.Reads = slices.DeleteFunc(a.Reads, func(x surface.Attribute) bool { return x.Name == "" })
	key := fmt.Sprint("access|", placeKey(at), "|", a.Table, "|", a.Index, "|", a.Operation, "|", a.Bindings, "|", names(a.Writes), "|", id)
	s.note(key, note{access: &a, read: r, item: item, at: at})
}

func names(list []surface.Attribute) (out []string) {
	for _, a := range list {
		out = append(out, a.Name)
	}
	return out
}

func scopeNamed(r *read) surface.Scope {
	switch {
	case r.scope == classPrincipal:
		return surface.Principal
	case r.scope == classEither, r.scope == classClient && r.identity():
		return surface.Asserted
	case r.scope == classClient:
		return surface.Caller
	}
	return surface.Unbound
}

// scopeOfBindings is the scope of a call that gives no item.
func scopeOfBindings(list []surface.Binding) surface.Scope {
	out := surface.Unbound
	for _, b := range list {
		switch b.Source {
		case surface.FromPrincipal:
			return surface.Principal
		case surface.FromConstant:
			if out == surface.Unbound && b.Key {
				out = surface.Constant
			}
		case surface.Unknown:
		default:
			out = surface.Caller
			if b.Source != surface.FromPath && identityName.MatchString(b.Name) {
				out = surface.Asserted
			}
		}
	}
	return out
}

// keyBindings are those of a call's Key.
func keyBindings(c *pyflow.Call) []surface.Binding {
	key := c.Arg(-1, "Key")
	if key == nil {
		return nil
	}
	return bindingsOf(key)
}

func bindingsOf(key *pyflow.Value) []surface.Binding {
	var out []surface.Binding
	for _, name := range key.FieldNames() {
		b := bindingOf(name, "eq", key.Fields[name])
		b.Key = true
		out = append(out, b)
	}
	if len(out) == 0 && key != nil {
		b := bindingOf("", "eq", key)
		b.Key = true
		return []surface.Binding{b}
	}
	return out
}

// conditions are those of a call's key condition, filter and condition.
func conditions(c *pyflow.Call) []surface.Binding {
	var out []surface.Binding
	for _, v := range []*pyflow.Value{c.Arg(-1, "KeyConditionExpression"), c.Arg(-1, "FilterExpression"), c.Arg(-1, "ConditionExpression"), c.Rest} {
		for _, t := range v.Deep() {
			if m, ok := t.Mark.(conditionMark); ok && m.binding.Operator != "" {
				out = append(out, m.binding)
			}
		}
	}
	values, names := c.Arg(-1, "ExpressionAttributeValues"), c.Arg(-1, "ExpressionAttributeNames")
	for _, expression := range []string{"KeyConditionExpression", "FilterExpression", "ConditionExpression"} {
		for _, text := range c.Arg(-1, expression).Texts() {
			for _, m := range comparedPart.FindAllStringSubmatch(text, -1) {
				name, op, value := m[1]+m[5], operators[strings.ToLower(m[2]+m[4])], m[3]+m[6]
				if n := names.Field(name).Text(); n != "" {
					name = n
				}
				b := bindingOf(name, op, values.Field(value))
				b.Key = expression == "KeyConditionExpression"
				out = append(out, b)
			}
		}
	}
	return out
}

// comparedPart is a comparison of an attribute in an expression.
var comparedPart = regexp.MustCompile(`(?i)([#\w.]+)\s*(=|<>|<=|>=|<|>|BETWEEN)\s*(:\w+)|(begins_with|contains)\s*\(\s*([#\w.]+)\s*,\s*(:\w+)`)

var operators = map[string]string{
	"=": "eq", "<>": "ne", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte", "between": "between", "begins_with": "begins_with", "contains": "contains",
}

// surveyWrite notes a call that changes an item; answer is what it gives, and is
// given on.
func (s *scanner) surveyWrite(f *pyflow.Frame, c *pyflow.Call, item, answer *pyflow.Value) *pyflow.Value {
	a := surface.Access{Table: tableOf(c), Operation: methods[c.Method], Bindings: append(keyBindings(c), conditions(c)...)}
	at := f.Place(c.At)
	a.Writes = stored(item, s, locate(at))
	if c.Method == "update_item" {
		a.Writes = attributes(append(a.Writes, updatedNames(c, locate(at))...))
	}
	a.Scope = scopeOfBindings(a.Bindings)
	var r *read
	if answer != nil {
		for _, t := range answer.Marks {
			if m, ok := t.Mark.(dataMark); ok {
				r = m.read
			}
		}
	}
	s.access1(a, r, put(f, c, a.Operation, item), at)
	s.keyTypes(c, a.Table)
	s.learnTypes(f, c, a.Table, item)
	return orEmpty(answer)
}

// stored are the attributes that an item has: those that are named, and those
// that the code knows the caller's JSON to hold.
func stored(item *pyflow.Value, s *scanner, at finding.Location) []surface.Attribute {
	var out []surface.Attribute
	add := func(name string, from surface.Source) {
		out = append(out, surface.Attribute{Name: name, Source: from, Location: at})
	}
	for _, name := range item.FieldNames() {
		add(name, bindingOf(name, "eq", item.Fields[name]).Source)
	}
	if item != nil {
		for _, t := range item.Marks {
			m, ok := t.Mark.(clientMark)
			if !ok || m.name != "" {
				continue
			}
			add("*", clientSource(m))
			for name := range s.asked[m.part+m.at] {
				add(name, clientSource(m))
			}
		}
	}
	return attributes(out)
}

// put is where what is put comes from, by attribute.
func put(f *pyflow.Frame, c *pyflow.Call, operation string, item *pyflow.Value) []surface.Binding {
	if operation != "PutItem" {
		return nil
	}
	var entries map[string]python.Expr
	if c != nil {
		for i := range c.At.Keywords {
			if c.At.Keywords[i].Name == "Item" {
				entries = entriesOf(f, c.At.Keywords[i].Value)
			}
		}
	}
	var out []surface.Binding
	for _, name := range item.FieldNames() {
		b := bindingOf(name, "eq", item.Fields[name])
		if b.Template == "" && b.Source == surface.Unknown {
			b.Template = writtenTemplate(entries[name])
		}
		out = append(out, b)
	}
	return out
}

var changedPart = regexp.MustCompile(`(?i)([#\w.]+)\s*=[^=]|\b(?:ADD|DELETE)\s+([#\w.]+)\s+:`)

// updatedNames are the attributes that an update sets.
func updatedNames(c *pyflow.Call, at finding.Location) []surface.Attribute {
	var out []surface.Attribute
	names := c.Arg(-1, "ExpressionAttributeNames")
	for _, text := range c.Arg(-1, "UpdateExpression").Texts() {
		for _, m := range changedPart.FindAllStringSubmatch(text, -1) {
			name := m[1] + m[2]
			if n := names.Field(name).Text(); n != "" {
				name = n
			}
			if !strings.HasPrefix(name, "#") {
				out = append(out, surface.Attribute{Name: name, Location: at})
			}
		}
	}
	return out
}

// surveyBatch notes the writes of batch_write_item.
func (s *scanner) surveyBatch(f *pyflow.Frame, c *pyflow.Call) {
	requests := c.Arg(-1, "RequestItems")
	for _, table := range requests.FieldNames() {
		s.survey.sawTable(pyflow.Of(pyflow.Text(table)))
		one := f.ElementOf(requests.Fields[table])
		if put := one.Field("PutRequest"); put != nil {
			s.change(f, c, table, "PutItem", put.Field("Item"), nil)
		}
		if del := one.Field("DeleteRequest"); del != nil {
			s.change(f, c, table, "DeleteItem", nil, del.Field("Key"))
		}
	}
}

// surveyTransaction notes the changes of transact_write_items, each by itself
// where the list stands in the call.
func (s *scanner) surveyTransaction(f *pyflow.Frame, c *pyflow.Call) {
	var changes []*pyflow.Value
	for i := range c.At.Keywords {
		if list, ok := c.At.Keywords[i].Value.(*python.List); ok && c.At.Keywords[i].Name == "TransactItems" {
			for _, e := range list.Elts {
				changes = append(changes, f.Eval(e))
			}
		}
	}
	if changes == nil {
		changes = append(changes, f.ElementOf(c.Arg(-1, "TransactItems")))
	}
	for _, change := range changes {
		for _, word := range []string{"Put", "Update", "Delete"} {
			v := change.Field(word)
			if v == nil {
				continue
			}
			item := v.Field("Item")
			if word == "Update" {
				item = updated(&pyflow.Call{Keywords: v.Fields})
			}
			s.survey.sawTable(v.Field("TableName"))
			s.change(f, c, settingName(v.Field("TableName")), word+"Item", item, v.Field("Key"))
		}
	}
}

func (s *scanner) change(f *pyflow.Frame, c *pyflow.Call, table, operation string, item, key *pyflow.Value) {
	a := surface.Access{Table: table, Operation: operation}
	at := f.Place(c.At)
	if key != nil {
		a.Bindings = bindingsOf(key)
	}
	a.Writes = stored(item, s, locate(at))
	a.Scope = scopeOfBindings(a.Bindings)
	s.access1(a, nil, put(f, nil, operation, item), at)
}

// sawTable notes whether a table's name is that of a setting.
func (s *survey) sawTable(v *pyflow.Value) {
	if name := settingName(v); name != "" && v.Text() == "" {
		s.settings[name] = true
	}
}

// surveyCompare notes attributes that are compared, with whom and with what.
func (s *scanner) surveyCompare(f *pyflow.Frame, left, right *pyflow.Value, op python.CompareOperator, at python.Expr) {
	s.decided(left, f.Place(at))
	s.decided(right, f.Place(at))
	for _, pair := range [][2]*pyflow.Value{{left, right}, {right, left}} {
		data, other := pair[0], pair[1]
		if data == nil || other == nil {
			continue
		}
		for _, t := range data.Marks {
			m, ok := t.Mark.(dataMark)
			if !ok || m.level != levelField || strings.HasPrefix(m.field, "*") {
				continue
			}
			if claim := claimOf(other); claim != "" && (op == python.Eq || op == python.NotEq) {
				s.note("check|"+m.read.id+"|"+m.field+"|"+placeKey(f.Place(at)), note{read: m.read, field: m.field, checked: claim, at: f.Place(at)})
			}
			if len(other.Texts()) > 0 && other.Shape == pyflow.Opaque {
				s.survey.learn(m.read.table, m.field, "S")
			}
		}
	}
	// "name" in item
	if op == python.In || op == python.NotIn {
		for _, t := range right.Deep() {
			if m, ok := t.Mark.(dataMark); ok && m.level == levelItem && left.Text() != "" {
				m.level, m.field = levelField, left.Text()
				s.uses(m, f.Place(at))
				s.decided(&pyflow.Value{Marks: []pyflow.Traced{{Mark: m}}}, f.Place(at))
			}
		}
	}
}

// claimOf is what of the principal a value is, "" where it is another's too.
func claimOf(v *pyflow.Value) (claim string) {
	if c, _ := classify(v); c != classPrincipal {
		return ""
	}
	for _, t := range v.Deep() {
		if m, ok := t.Mark.(principalMark); ok {
			claim = m.name
		}
	}
	return claim
}
