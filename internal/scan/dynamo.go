package scan

import (
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
	"github.com/discreet-dev/discreet/internal/surface"
)

// read is one call that reads a table, as some caller reaches it.
type read struct {
	id        string
	op        string // the method: get_item, query, scan
	at        pyflow.Place
	in        string // the function that calls
	fn        *pyflow.Func
	table     string // its name, or that of the setting which holds it; "" unknown
	scope     class
	clients   []clientMark // what of the caller's selects
	attrs     []string     // the attributes that select
	wholeKey  bool         // the caller's JSON is the key
	hint      string       // where the name is not known, words that tell of it
	declared  []string     // the attributes of a model
	projected bool
	all       bool           // a statement without a condition
	shows     []string       // the attributes that a projection names, nil for all or unknown
	narrowed  bool           // a projection is put together by the code, of names that are not known
	from      []finding.Step // the way of what selects
	stores    bool           // it is a write, of what the code goes on with
	proven    bool           // the caller's secret is part of the condition
	bindings  []surface.Binding
}

func (r *read) scans() bool { return r.all || strings.Contains(r.op, "scan") }

// write is one call that stores attributes.
type write struct {
	at    pyflow.Place
	in    string
	group string // the route that writes, or where it is written
	table string
	item  *pyflow.Value
	put   bool // the item whole, not some attributes of one
}

// tableMark says that a value is a table, a client or a paginator.
type tableMark struct{ name, op, hint string }

func (m tableMark) MarkKey() string { return "t:" + m.name + ":" + m.op + ":" + m.hint }

// methods are DynamoDB's methods in boto3, with the action that each needs.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
var methods = map[string]string{
	"get_item": "GetItem", "query": "Query", "scan": "Scan", "batch_get_item": "BatchGetItem", "transact_get_items": "GetItem",
	"put_item": "PutItem", "update_item": "UpdateItem", "delete_item": "DeleteItem", "batch_write_item": "BatchWriteItem",
	"transact_write_items": "PutItem", "execute_statement": "PartiQLSelect", "batch_writer": "BatchWriteItem",
	"describe_table": "DescribeTable", "create_table": "CreateTable", "delete_table": "DeleteTable", "list_tables": "ListTables",
}

var tableLike = regexp.MustCompile(`(?i)(table|dynamo|ddb)`)

// ofTable is a call of a method that was kept under a name of its own, fetch =
// table.get_item, as a call of the table.
func ofTable(c *pyflow.Call) *pyflow.Call {
	rest, ok := strings.CutPrefix(c.Name, "dynamodb.")
	if method := lastPart(rest); ok && c.Receiver == nil && methods[method] != "" {
		of := *c
		of.Method = method
		of.Receiver = &pyflow.Value{Refs: []pyflow.Ref{pyflow.External(strings.TrimSuffix(c.Name, "."+method))}, Marks: c.Callee.Marks}
		return &of
	}
	return c
}

// dynamoCall knows boto3.
func (s *scanner) dynamoCall(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	switch {
	case c.Name == "boto3.resource" || c.Name == "boto3.client" || c.Method == "resource" || c.Method == "client":
		if t := c.Arg(0, "service_name").Text(); t == "dynamodb" {
			return pyflow.Of(pyflow.External("dynamodb.client"))
		}
		return nil
	case c.Method == "Table" && len(c.Args)+len(c.Keywords) == 1 && !strings.HasPrefix(c.Name, "aws_cdk") && !strings.HasPrefix(c.Name, "sqlalchemy"):
		name, hint := settingName(c.Arg(0, "name")), ""
		if name == "" && c.At != nil {
			hint = nameHint(c)
		}
		s.survey.sawTable(c.Arg(0, "name"))
		return &pyflow.Value{Refs: []pyflow.Ref{pyflow.External("dynamodb.Table")}, Marks: []pyflow.Traced{{Mark: tableMark{name: name, hint: hint}}}}
	case c.Method == "get_paginator":
		op := c.Arg(0, "operation_name").Text()
		return &pyflow.Value{Refs: []pyflow.Ref{pyflow.External("dynamodb.paginator")}, Marks: []pyflow.Traced{{Mark: tableMark{op: op}}}}
	case c.Method == "paginate":
		if op := paginated(c.Receiver); op == "scan" || op == "query" {
			s.calls.note(f.Place(c.At), needed(op, "")...)
			pages := s.readTable(f, c, op)
			return &pyflow.Value{Shape: pyflow.List, Elem: pages, Marks: []pyflow.Traced{}}
		}
		return nil
	case c.Method == "batch_writer":
		s.calls.note(f.Place(c.At), "BatchWriteItem")
		return c.Receiver
	}
	if methods[c.Method] == "" || c.At == nil || !s.isDynamo(c) {
		return nil
	}
	at := f.Place(c.At)
	s.calls.note(at, s.needs(c.Method, at.File)...)
	switch c.Method {
	case "get_item", "query", "scan", "batch_get_item", "transact_get_items", "execute_statement":
		return s.readTable(f, c, c.Method)
	case "batch_write_item":
		s.nestedWrites(f, c, c.Arg(-1, "RequestItems"), 6)
		s.surveyBatch(f, c)
		return answerOf(f, c)
	case "transact_write_items":
		s.nestedWrites(f, c, c.Arg(-1, "TransactItems"), 6)
		s.surveyTransaction(f, c)
		return answerOf(f, c)
	case "put_item":
		s.noteChange(f, c)
		s.noteWrite(f, c, c.Arg(-1, "Item"))
		s.putBack(f, c, "Item")
		return s.surveyWrite(f, c, c.Arg(-1, "Item"), s.returned(f, c))
	case "update_item":
		s.noteChange(f, c)
		s.noteWrite(f, c, updated(c))
		return s.surveyWrite(f, c, updated(c), s.returned(f, c))
	case "delete_item":
		s.noteChange(f, c)
		return s.surveyWrite(f, c, nil, s.returned(f, c))
	}
	return &pyflow.Value{}
}

// isDynamo tells a call of DynamoDB from one of another thing with a method of
// that name. Most names are DynamoDB's alone.
func (s *scanner) isDynamo(c *pyflow.Call) bool {
	for _, x := range c.Receiver.Externals() {
		if strings.HasPrefix(x, "dynamodb.") || strings.HasPrefix(x, "flask_dynamo.") {
			return true
		}
	}
	if c.Receiver != nil {
		for _, r := range c.Receiver.Refs {
			switch r.(type) {
			case *pyflow.Instance, *pyflow.Class, *pyflow.Module:
				return false
			}
		}
	}
	if c.Receiver == nil && c.At == nil {
		return false
	}
	switch c.Method {
	case "query", "scan", "execute_statement":
	default:
		if c.Receiver == nil { // nothing is known of it but what it is asked for
			return c.Keywords["Key"] != nil || c.Keywords["Item"] != nil || c.Keywords["TableName"] != nil || c.Keywords["RequestItems"] != nil
		}
		return true
	}
	for _, k := range []string{"KeyConditionExpression", "FilterExpression", "TableName", "ExclusiveStartKey", "ProjectionExpression", "KeyConditions", "ScanFilter"} {
		if _, ok := c.Keywords[k]; ok {
			return true
		}
	}
	a, ok := c.At.Func.(*python.Attribute)
	if !ok {
		return false
	}
	switch v := a.Value.(type) {
	case *python.Name:
		return tableLike.MatchString(v.ID)
	case *python.Attribute:
		return tableLike.MatchString(v.Attr)
	}
	return false
}

func paginated(v *pyflow.Value) string {
	if v == nil {
		return ""
	}
	for _, t := range v.Marks {
		if m, ok := t.Mark.(tableMark); ok && m.op != "" {
			return m.op
		}
	}
	return ""
}

// settingName is what a value tells of its name: the constant, or the name of
// the setting that holds it.
func settingName(v *pyflow.Value) string {
	if t := v.Text(); t != "" {
		return t
	}
	for _, x := range v.Externals() {
		x = strings.TrimSuffix(x, "()")
		if i := strings.LastIndexByte(x, '.'); i >= 0 && (strings.Contains(x, "environ") || appDict(x[:i]) == "config") {
			return x[i+1:]
		}
	}
	return ""
}

func tableOf(c *pyflow.Call) string {
	if name := settingName(c.Arg(-1, "TableName")); name != "" {
		return name
	}
	if c.Receiver != nil {
		for _, t := range c.Receiver.Marks {
			if m, ok := t.Mark.(tableMark); ok {
				return m.name
			}
		}
	}
	for _, x := range c.Receiver.Externals() { // dynamo.users, dynamo.tables["users"]
		if strings.HasPrefix(x, "flask_dynamo.") {
			return lastPart(x)
		}
	}
	return ""
}

func frameTitle(f *pyflow.Frame) string {
	if fn := f.Func(); fn != nil {
		return fn.Module.Name + "." + fn.Title()
	}
	return f.Module().Name
}

// readTable makes what a read gives, and finds out whose items it can reach.
func (s *scanner) readTable(f *pyflow.Frame, c *pyflow.Call, op string) *pyflow.Value {
	r := &read{op: op, at: f.Place(c.At), in: frameTitle(f), fn: f.Func(), table: tableOf(c)}
	if r.table == "" {
		r.hint = hintOf(c)
	}
	_, p1 := c.Keywords["ProjectionExpression"]
	_, p2 := c.Keywords["AttributesToGet"]
	r.projected = p1 || p2
	r.shows = projection(c)
	r.narrowed = narrowed(c)
	var parts []conditionMark
	add := func(name string, v *pyflow.Value) {
		cl, client := classify(v)
		part := conditionMark{attribute: name, class: cl}
		if cl == classClient || cl == classEither {
			r.clients = append(r.clients, clientsOf(v)...)
			part.client, part.digest = client.origin(), client.digest
		}
		parts = append(parts, part)
	}
	take := func(v *pyflow.Value) {
		if v == nil {
			return
		}
		found := false
		for _, t := range v.Deep() {
			if m, ok := t.Mark.(conditionMark); ok {
				parts = append(parts, m)
				found = true
			}
		}
		if found {
			r.clients = append(r.clients, clientsOf(v)...)
		}
	}
	key := c.Arg(-1, "Key")
	switch {
	case key != nil && len(key.Fields) > 0:
		for _, name := range key.FieldNames() {
			add(name, key.Fields[name])
		}
	case key != nil:
		add("", key)
		for _, t := range key.Marks {
			if _, ok := t.Mark.(clientMark); ok {
				r.wholeKey = true
			}
		}
	}
	for _, name := range []string{"KeyConditionExpression", "FilterExpression"} {
		take(c.Arg(-1, name))
	}
	take(c.Rest)
	s.boundValues(c, add, "KeyConditionExpression", "FilterExpression")
	for _, name := range []string{"RequestItems", "TransactItems"} {
		if v := c.Arg(-1, name); v != nil {
			requestedKeys(v, add)
		}
	}
	for _, name := range []string{"KeyConditions", "ScanFilter"} {
		if v := c.Arg(-1, name); v != nil {
			add("", v)
		}
	}
	if byStatement(op) && !r.statement(c, add) {
		return &pyflow.Value{}
	}
	for _, p := range parts {
		if p.attribute != "" {
			r.attrs = append(r.attrs, p.attribute)
			r.proven = r.proven || (isCredential(p.attribute) || provenName.MatchString(p.attribute)) && p.class == classClient
		}
	}
	r.scope = scopeOf(parts)
	// One id for one call in one meaning: another caller may come with another.
	r.id = placeKey(r.at) + "/" + r.table + "/" + string('0'+rune(r.scope))
	for _, m := range r.clients {
		r.id += "," + m.origin()
	}
	r.id += "|" + strings.Join(r.shows, ",")
	if r.narrowed {
		r.id += "|narrowed"
	}
	if old := s.reads[r.id]; old != nil {
		r = old
	} else {
		s.reads[r.id] = r
	}
	if r.from == nil {
		r.from = clientSteps(c)
	}
	s.watchCondition(f, c, parts)
	s.surveyRead(f, c, r)
	return pyflow.Marked(dataMark{read: r}, f.Place(c.At), r.describe())
}

func (r *read) describe() string {
	on := "a table"
	if r.table != "" {
		on = r.table
	}
	return r.op + " reads " + on
}

// clientSteps is the way of the first of the caller's values among arguments.
func clientSteps(c *pyflow.Call) []finding.Step {
	for _, v := range []*pyflow.Value{c.Arg(-1, "Key"), c.All()} {
		for _, t := range v.Deep() {
			if m, ok := t.Mark.(clientMark); ok && !m.composed {
				return steps(t.Trace)
			}
		}
	}
	return nil
}

func clientsOf(v *pyflow.Value) (out []clientMark) {
	for _, t := range v.Deep() {
		m, ok := t.Mark.(clientMark)
		if d, is := t.Mark.(digestMark); is {
			m, ok = d.of, true
		}
		if ok && !m.composed && len(out) < 4 && !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// returned is what a write answers with: the item too, where it asks for that.
func (s *scanner) returned(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	want := c.Arg(-1, "ReturnValues").Text()
	if want == "" || want == "NONE" {
		return answerOf(f, c)
	}
	if want == "UPDATED_NEW" { // what was sent comes back, and what DynamoDB says of the call
		return pyflow.Join(answerOf(f, c), &pyflow.Value{Shape: pyflow.Dict, Fields: map[string]*pyflow.Value{"Attributes": updated(c)}})
	}
	r := s.selected(f, c, c.Arg(-1, "Key"))
	if c.Method == "put_item" { // what was there is asked for by the one who replaces it
		r.scope = classPrincipal
	}
	r.id = placeKey(r.at) + "/" + string('0'+rune(r.scope))
	if old := s.reads[r.id]; old != nil {
		r = old
	} else {
		s.reads[r.id] = r
	}
	return pyflow.Marked(dataMark{read: r}, f.Place(c.At), r.describe())
}

// selected is what a write selects: the item under a key, or that it puts.
func (s *scanner) selected(f *pyflow.Frame, c *pyflow.Call, key *pyflow.Value) *read {
	r := &read{op: c.Method, at: f.Place(c.At), in: frameTitle(f), fn: f.Func(), table: tableOf(c)}
	var parts []conditionMark
	add := func(name string, v *pyflow.Value) {
		cl, _ := classify(v)
		parts = append(parts, conditionMark{attribute: name, class: cl})
		if cl == classClient || cl == classEither {
			r.clients = append(r.clients, clientsOf(v)...)
		}
	}
	r.attrs = key.FieldNames()
	for _, name := range r.attrs {
		add(name, key.Fields[name])
	}
	if cond := c.Arg(-1, "ConditionExpression"); cond != nil {
		for _, t := range cond.Deep() {
			if m, ok := t.Mark.(conditionMark); ok {
				parts = append(parts, m)
			}
		}
		s.boundValues(c, add, "ConditionExpression")
	}
	r.from = clientSteps(c)
	r.scope = scopeOf(parts)
	return r
}

var setPart = regexp.MustCompile(`([#\w.]+)\s*=\s*(?:if_not_exists\([^,]+,\s*)?(:\w+)`)

// updated is what an update stores, by attribute.
func updated(c *pyflow.Call) *pyflow.Value {
	values, names := c.Arg(-1, "ExpressionAttributeValues"), c.Arg(-1, "ExpressionAttributeNames")
	out := &pyflow.Value{Shape: pyflow.Dict, Fields: map[string]*pyflow.Value{}}
	for _, text := range c.Arg(-1, "UpdateExpression").Texts() {
		for _, m := range setPart.FindAllStringSubmatch(text, -1) {
			name := m[1]
			if n := names.Field(name).Text(); n != "" {
				name = n
			}
			if v := values.Field(m[2]); v != nil {
				out.Fields[name] = v
			}
		}
	}
	return out
}

func (s *scanner) noteWrite(f *pyflow.Frame, c *pyflow.Call, item *pyflow.Value) {
	s.noteWriteTo(f, c, tableOf(c), item)
}

func (s *scanner) noteWriteTo(f *pyflow.Frame, c *pyflow.Call, table string, item *pyflow.Value) {
	if item != nil {
		s.writes = append(s.writes, &write{at: f.Place(c.At), in: frameTitle(f), group: s.group(f), table: table, item: item, put: c.Method == "put_item"})
	}
}

// Raises implements pyflow.Library: a call of DynamoDB may fail with its words,
// and, before it gets there, with what is no ClientError: a connection, the
// credentials, a parameter.
// https://boto3.amazonaws.com/v1/documentation/api/latest/guide/error-handling.html
func (s *scanner) Raises(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	if c.At == nil || methods[c.Method] == "" || c.Method == "batch_writer" || !s.isDynamo(c) {
		return nil
	}
	f.Outside()
	at := f.Place(c.At)
	text := pyflow.Marked(faultMark{faultAWS, placeKey(at)}, at, "boto3's "+c.Method+" may fail")
	text.Marks[0].Trace.Caught = true
	return pyflow.Of(&pyflow.Exc{Name: "ClientError", Message: text})
}
