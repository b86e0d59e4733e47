package template

import (
	"cmp"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// aws is a Terraform resource of AWS's, from files, a plan or a state.
type aws struct {
	*reader
	scope, format string
	address, kind string
	at            finding.Location
	values        policy.Node // its attributes; nested blocks are lists of objects
	names         []string    // by which others refer to it
}

// resource reads an instance of a block.
func (m *module) resource(b *block, i instance) {
	kind := b.labels[0]
	if b.kind == "data" || !relevant(kind) {
		return
	}
	address := kind + "." + b.labels[1] + i.suffix()
	a := aws{reader: m.reader, scope: m.scopeName, format: "Terraform", address: m.prefix + address, kind: kind, at: b.at, values: m.body(b, i.scope, 0)}
	if key := attributeOfName[kind]; key != "" {
		for _, name := range []string{key, "arn"} {
			n := m.attributeOf(b, i, name, b.at, i.scope)
			a.names = append(a.names, n.Text)
		}
	}
	a.read()
}

// relevant are the resources with policies, tables, and what answers HTTP.
func relevant(kind string) bool {
	return strings.HasPrefix(kind, "aws_iam_") || strings.HasPrefix(kind, "aws_dynamodb_") || answersHTTP(kind)
}

// principals are the resources that have policies, by the attribute that names
// one elsewhere.
var principals = []struct {
	word string
	kind PrincipalType
}{{"role", Role}, {"user", User}, {"group", Group}}

func (a aws) read() {
	for _, p := range principals {
		switch a.kind {
		case "aws_iam_" + p.word:
			a.principalItself(p.kind)
		case "aws_iam_" + p.word + "_policy":
			a.hold(a.holder(p.kind, a.value(p.word)), Inline, "policy", a.value("policy"))
		case "aws_iam_" + p.word + "_policy_attachment":
			a.attach(a.scope, a.holder(p.kind, a.value(p.word)), Managed, a.orUnknown("policy_arn"), a.format)
		case "aws_iam_" + p.word + "_policy_attachments_exclusive":
			a.attach(a.scope, a.holder(p.kind, a.value(p.word+"_name")), Managed, a.orUnknown("policy_arns"), a.format)
		}
	}
	if answersHTTP(a.kind) {
		a.gatewayResource()
	}
	switch a.kind {
	case "aws_iam_policy":
		a.managedPolicy()
	case "aws_iam_policy_attachment":
		for _, p := range principals {
			list := a.value(p.word + "s")
			for i := range each(list) {
				a.attach(a.scope, a.holder(p.kind, &each(list)[i]), Managed, a.orUnknown("policy_arn"), a.format)
			}
		}
	case "aws_iam_user_group_membership":
		o := a.holder(User, a.value("user"))
		for _, g := range each(a.value("groups")) {
			o.groups = append(o.groups, g.Text)
		}
	case "aws_iam_group_membership":
		for _, u := range each(a.value("users")) {
			o := a.holder(User, &u)
			o.groups = append(o.groups, str(a.value("group")))
		}
	case "aws_dynamodb_table":
		name := str(a.value("name"))
		if marked(name) {
			name = ""
		}
		a.table(a.keyed(Table{ID: a.address, Name: cmp.Or(name, a.options.Tables[a.address]), Location: a.at}))
	case "aws_dynamodb_resource_policy":
		arn, _ := a.unknowns.written(str(a.value("resource_arn")))
		_, table, _ := strings.Cut(arn, ":table/")
		table, _, _ = strings.Cut(table, "/")
		a.hold(a.principal(a.scope, Resource, cmp.Or(table, a.address), table, a.at), ResourceBased, "policy", a.value("policy"))
	}
}

func (a aws) value(name string) *policy.Node { return get(&a.values, name) }

// orUnknown is an attribute that must be there: a plan leaves out what is known
// only when it is applied.
func (a aws) orUnknown(name string) policy.Node {
	if n := a.value(name); n != nil && n.Kind != policy.Null {
		return *n
	}
	return a.unknowns.node(a.at, a.address+"."+name, "it is known only when it is applied")
}

func (a aws) principalItself(kind PrincipalType) {
	name := str(a.value("name"))
	if len(a.names) > 0 {
		name = a.names[0]
	}
	o := a.principal(a.scope, kind, a.address, name, a.at)
	if n := a.value("assume_role_policy"); n != nil {
		a.hold(o, Trust, "assume_role_policy", n)
	}
	for _, p := range each(a.value("inline_policy")) {
		if document := get(&p, "policy"); document != nil && document.Kind != policy.Null && document.Text != "" {
			a.holdNamed(o, Inline, cmp.Or(str(get(&p, "name")), "inline_policy"), document)
		}
	}
	if n := a.value("managed_policy_arns"); n != nil {
		a.attach(a.scope, o, Managed, *n, a.format)
	}
	if n := a.value("permissions_boundary"); n != nil && (n.Kind != policy.String || n.Text != "") {
		a.attach(a.scope, o, Boundary, *n, a.format)
	}
}

func (a aws) managedPolicy() {
	document := a.value("policy")
	if document == nil {
		n := a.orUnknown("policy")
		document = &n
	}
	name := cmp.Or(str(a.value("name")), a.address)
	h := held{name: name, kind: Managed, format: a.format, document: a.treeOf(document), at: a.at}
	names := a.names
	if arn := str(a.value("arn")); arn != "" {
		h.arn = arn
		names = append(names, arn)
	}
	for _, n := range a.names {
		if strings.HasPrefix(n, "arn:") && !marked(n) {
			h.arn = n
		}
	}
	a.managed = append(a.managed, managedPolicy{scope: a.scope, names: names, held: h})
}

// hold gives a policy of an attribute to a principal.
func (a aws) hold(o *owner, kind Kind, attribute string, document *policy.Node) {
	name := attribute
	if kind == Inline || kind == ResourceBased {
		name = cmp.Or(str(a.value("name")), a.address)
	}
	if document == nil || document.Kind == policy.Null {
		n := a.orUnknown(attribute)
		document = &n
	}
	a.holdNamed(o, kind, name, document)
}

func (a aws) holdNamed(o *owner, kind Kind, name string, document *policy.Node) {
	o.hold(held{name: name, kind: kind, format: a.format, document: a.treeOf(document), at: a.at})
}

// holder is the principal that a name, an id or an ARN means.
func (a aws) holder(kind PrincipalType, n *policy.Node) *owner {
	name := str(n)
	if n == nil || name == "" {
		name = a.unknowns.mark(a.address, "who has it is known only when it is applied")
	}
	if o := a.named(a.scope, kind, name); o != nil {
		return o
	}
	shown, _ := a.unknowns.written(name)
	o := a.principal(a.scope, kind, shown, name, a.at)
	return o
}

// body evaluates a block to an object: its attributes, and its nested blocks as
// lists. Dynamic blocks are written out.
func (m *module) body(b *block, s scope, depth int) policy.Node {
	if b.json != nil {
		return s.evalJSON(b.json)
	}
	at := b.at
	at.End = m.place(b.body.EndRange).End
	return m.nestedBody(b.body, at, s, depth)
}

func (m *module) nestedBody(body *hclsyntax.Body, at finding.Location, s scope, depth int) policy.Node {
	out := policy.Node{Kind: policy.Object, Location: at}
	if depth > 8 || !m.step() {
		return s.unknown(at, "block", "too deep or too much to evaluate")
	}
	for _, name := range sortedKeys(body.Attributes) {
		if name == "count" || name == "for_each" || name == "depends_on" || name == "provider" {
			continue
		}
		a := body.Attributes[name]
		out.Members = append(out.Members, policy.Member{Name: name, At: m.place(a.NameRange), Value: s.eval(a.Expr)})
	}
	add := func(name string, value policy.Node) {
		if list := get(&out, name); list != nil && list.Kind == policy.List {
			list.Elements = append(list.Elements, value)
			return
		}
		out.Members = append(out.Members, policy.Member{Name: name, At: value.Location, Value: policy.Node{Kind: policy.List, Location: value.Location, Elements: []policy.Node{value}}})
	}
	for _, b := range body.Blocks {
		where := m.place(b.Range())
		switch {
		case b.Type == "lifecycle" || b.Type == "provisioner" || b.Type == "timeouts":
		case b.Type == "dynamic" && len(b.Labels) == 1:
			for _, v := range m.dynamic(b, where, s, depth) {
				add(b.Labels[0], v)
			}
		default:
			add(b.Type, m.nestedBody(b.Body, where, s, depth+1))
		}
	}
	return out
}

func (m *module) dynamic(b *hclsyntax.Block, at finding.Location, s scope, depth int) []policy.Node {
	unknown := []policy.Node{s.unknown(at, "dynamic "+b.Labels[0], "what it goes through is unknown")}
	each := b.Body.Attributes["for_each"]
	if each == nil {
		return unknown
	}
	iterator := b.Labels[0]
	if a := b.Body.Attributes["iterator"]; a != nil {
		if t, ok := a.Expr.(*hclsyntax.ScopeTraversalExpr); ok {
			iterator = t.Traversal.RootName()
		}
	}
	var content *hclsyntax.Body
	for _, c := range b.Body.Blocks {
		if c.Type == "content" {
			content = c.Body
		}
	}
	source := s.eval(each.Expr)
	if content == nil || source.Kind != policy.Object && source.Kind != policy.List {
		return unknown
	}
	var out []policy.Node
	one := func(key, value policy.Node) {
		if len(out) < maxInstances {
			out = append(out, m.nestedBody(content, at, s.with(iterator, object(at, member("key", key), member("value", value))), depth+1))
		}
	}
	for _, e := range source.Elements {
		one(e, e)
	}
	for _, e := range source.Members {
		one(text(e.Name, e.At), e.Value)
	}
	return out
}
