package template

import (
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// treeRoot stands for the folder that was given, where path.module and its like
// are asked for: plain names are relative to the root module.
const treeRoot = "/(tree)"

// traverse gives the value of a reference: var.x, local.x, module.x.y, data and
// resources, and the names that a scope has of its own.
func (s scope) traverse(t hcl.Traversal, at finding.Location) policy.Node {
	root := t.RootName()
	if n, ok := s.names[root]; ok {
		return s.steps(n, t[1:], at)
	}
	name := func(i int) string {
		if i < len(t) {
			if a, ok := t[i].(hcl.TraverseAttr); ok {
				return a.Name
			}
		}
		return ""
	}
	switch root {
	case "var":
		return s.steps(s.m.once("var."+name(1), at, s, func(s scope) policy.Node { return s.m.variable(name(1), at, s) }), t[min(2, len(t)):], at)
	case "local":
		return s.steps(s.m.once("local."+name(1), at, s, func(s scope) policy.Node {
			e := s.m.locals[name(1)]
			if e.none() {
				return s.unknown(at, "local."+name(1), "there is no such local")
			}
			return s.evaluate(e)
		}), t[min(2, len(t)):], at)
	case "path":
		switch name(1) {
		case "module":
			return text(path.Join(treeRoot, s.m.folder.name), at)
		case "root", "cwd":
			for m := s.m; ; m = m.parent {
				if m.parent == nil {
					return text(path.Join(treeRoot, m.folder.name), at)
				}
			}
		}
	case "module":
		return s.m.output(name(1), t, at, s)
	case "data":
		if len(t) >= 3 {
			return s.m.reference("data."+name(1)+"."+name(2), t[3:], at, s)
		}
	case "each", "count", "self", "terraform":
	default:
		if len(t) >= 2 {
			return s.m.reference(root+"."+name(1), t[2:], at, s)
		}
	}
	return s.unknown(at, root+"."+name(1), "it is known only when it is applied")
}

// once evaluates a reference the first time, and finds circles.
func (m *module) once(key string, at finding.Location, s scope, evaluate func(scope) policy.Node) policy.Node {
	if n, ok := m.cache[key]; ok {
		return n
	}
	if m.busy[key] {
		return m.unknowns.node(at, key, "it refers to itself")
	}
	m.busy[key] = true
	defer delete(m.busy, key)
	n := evaluate(scope{m: m, names: map[string]policy.Node{}, recursion: s.recursion + 1})
	m.cache[key] = n
	return n
}

func (m *module) variable(name string, at finding.Location, s scope) policy.Node {
	b := m.variables[name]
	if m.parent != nil {
		if e := m.call.attribute(name); !e.none() {
			outer := m.callScope
			outer.recursion = s.recursion + 1
			return outer.evaluate(e)
		}
	} else {
		if value, ok := m.options.Variables[name]; ok {
			return text(value, at)
		}
		if e := m.values[name]; !e.none() {
			return s.evaluate(e)
		}
	}
	if b == nil {
		return s.unknown(at, "var."+name, "there is no such variable")
	}
	if e := b.attribute("default"); !e.none() {
		if n := s.evaluate(e); n.Kind != policy.Null {
			return n
		}
		return s.unknown(at, "var."+name, "a variable whose default is null")
	}
	return s.unknown(at, "var."+name, "a variable without a default")
}

// output is module.name[key].output.
func (m *module) output(name string, t hcl.Traversal, at finding.Location, s scope) policy.Node {
	for _, call := range m.modules {
		if call.labels[0] != name {
			continue
		}
		calls := m.calls(call)
		rest := t[2:]
		var chosen *module
		why := "which instance is unknown"
		if len(rest) > 0 {
			if i, ok := rest[0].(hcl.TraverseIndex); ok {
				key := m.constant(i.Key, at)
				for _, c := range calls {
					if c.m != nil && c.key.Text == key.Text {
						chosen = c.m
					}
				}
				rest = rest[1:]
			}
		}
		if chosen == nil && len(calls) == 1 {
			chosen, why = calls[0].m, calls[0].why
		}
		if chosen == nil || len(rest) == 0 {
			return s.unknown(at, "module."+name, why)
		}
		a, ok := rest[0].(hcl.TraverseAttr)
		if !ok || chosen.outputs[a.Name] == nil {
			return s.unknown(at, "module."+name, "it has no such output")
		}
		return s.steps(chosen.once("output."+a.Name, at, s, func(s scope) policy.Node {
			return s.evaluate(chosen.outputs[a.Name].attribute("value"))
		}), rest[1:], at)
	}
	return s.unknown(at, "module."+name, "there is no such module")
}

// reference follows a resource or a data source.
func (m *module) reference(address string, rest hcl.Traversal, at finding.Location, s scope) policy.Node {
	if n, ok := m.surroundings(address, rest, at); ok {
		return n
	}
	b := m.resources[address]
	if b == nil {
		return m.once(written(address, rest), at, s, func(s scope) policy.Node {
			return s.unknown(at, written(address, rest), "it is not in the files, or known only when it is applied")
		})
	}
	all := m.instances(b)
	if b.attribute("count").none() && b.attribute("for_each").none() {
		return m.attributes(b, all[0], rest, at, s)
	}
	if len(rest) > 0 {
		if i, ok := rest[0].(hcl.TraverseIndex); ok {
			key := m.constant(i.Key, at)
			for _, one := range all {
				if one.key.Text == key.Text || marked(one.key.Text) {
					return m.attributes(b, one, rest[1:], at, s)
				}
			}
			return s.unknown(at, written(address, rest), "there is no such instance")
		}
	}
	// The whole of it, for a splat or a loop.
	whole := policy.Node{Kind: policy.List, Location: at}
	if !b.attribute("for_each").none() {
		whole.Kind = policy.Object
	}
	for _, one := range all {
		n := m.attributes(b, one, nil, at, s)
		whole.Elements = append(whole.Elements, n)
		whole.Members = append(whole.Members, policy.Member{Name: one.key.Text, At: at, Value: n})
	}
	if whole.Kind == policy.Object {
		whole.Elements = nil
	} else {
		whole.Members = nil
	}
	return s.steps(whole, rest, at)
}

func written(address string, rest hcl.Traversal) string {
	for _, step := range rest {
		if a, ok := step.(hcl.TraverseAttr); ok {
			address += "." + a.Name
		}
	}
	return address
}

// surroundings are the data sources that say where Terraform runs.
func (m *module) surroundings(address string, rest hcl.Traversal, at finding.Location) (policy.Node, bool) {
	attribute := strings.TrimPrefix(written("", rest), ".")
	kind, _, _ := strings.Cut(strings.TrimPrefix(address, "data."), ".")
	value := ""
	switch kind + "." + attribute {
	case "aws_caller_identity.account_id", "aws_caller_identity.id":
		value = m.options.Account
	case "aws_region.name", "aws_region.id", "aws_region.region":
		value = m.options.Region
	case "aws_partition.partition", "aws_partition.id":
		value = m.options.Partition
	case "aws_partition.dns_suffix":
		value = "amazonaws.com"
	}
	return text(value, at), value != "" && strings.HasPrefix(address, "data.")
}

// attributes are one attribute of an instance, followed further, or all that are
// known where rest is empty.
func (m *module) attributes(b *block, i instance, rest hcl.Traversal, at finding.Location, s scope) policy.Node {
	if len(rest) > 0 {
		a, ok := rest[0].(hcl.TraverseAttr)
		if !ok {
			return s.unknown(at, b.labels[0]+"."+b.labels[1], "it has no instances")
		}
		return s.steps(m.attributeOf(b, i, a.Name, at, s), rest[1:], at)
	}
	out := object(at)
	names := []string{"arn", "name", "id"}
	switch b.labels[0] {
	case "aws_iam_policy_document":
		names = []string{"json"}
	case "aws_dynamodb_table":
		names = append(names, "stream_arn")
	}
	for _, name := range names {
		out.Members = append(out.Members, policy.Member{Name: name, At: at, Value: m.attributeOf(b, i, name, at, s)})
	}
	return out
}

func (m *module) attributeOf(b *block, i instance, name string, at finding.Location, s scope) policy.Node {
	address := b.labels[0] + "." + b.labels[1] + i.suffix()
	if b.kind == "data" {
		address = "data." + address
	}
	n := m.once(address+"."+name, at, s, func(inner scope) policy.Node {
		own := i.scope
		own.recursion = inner.recursion + 1
		if b.labels[0] == "aws_iam_policy_document" && b.kind == "data" {
			if name == "json" || name == "minified_json" {
				return own.encode(m.policyDocument(b, own), at)
			}
		}
		if n, ok := m.computed(b, own, address, name, at); ok {
			return n
		}
		if e := b.attribute(name); !e.none() {
			return own.evaluate(e)
		}
		return own.unknown(at, m.prefix+address+"."+name, "it is known only when it is applied")
	})
	if n.Kind == policy.String {
		n.Location = at // of this reference, not of the first one
	}
	return n
}

// attributeOfName is the attribute that holds the name of a resource.
var attributeOfName = map[string]string{
	"aws_iam_role": "name", "aws_iam_user": "name", "aws_iam_group": "name", "aws_iam_policy": "name", "aws_dynamodb_table": "name",
	"aws_dynamodb_global_table": "name", "aws_lambda_function": "function_name",
}

// computed are the attributes that the provider makes of a resource's name.
func (m *module) computed(b *block, own scope, address, name string, at finding.Location) (policy.Node, bool) {
	key := attributeOfName[b.labels[0]]
	if key == "" {
		return policy.Node{}, false
	}
	resource := ""
	switch e := b.attribute(key); {
	case !e.none():
		n := own.evaluate(e)
		resource = n.Text
	case m.options.Tables[m.prefix+address] != "" && b.labels[0] == "aws_dynamodb_table":
		resource = m.options.Tables[m.prefix+address]
	case b.labels[0] == "aws_dynamodb_table" || b.kind == "data":
		resource = m.mark(address, key, "its name is known only when it is applied")
	default:
		resource = m.mark(address, key, "AWS makes the name up")
	}
	folder := "/"
	if e := b.attribute("path"); !e.none() {
		n := own.evaluate(e)
		folder = n.Text
	}
	kind := strings.TrimPrefix(b.labels[0], "aws_iam_")
	switch {
	case name == key, name == "id" && b.labels[0] != "aws_iam_policy":
		return text(resource, at), true
	case b.labels[0] == "aws_dynamodb_table" && name == "arn":
		return text(m.options.ARN(resource), at), true
	case b.labels[0] == "aws_dynamodb_table" && name == "stream_arn":
		return text(m.options.ARN(resource)+"/stream/"+m.mark(address, "stream_arn", "a stream's label is a time"), at), true
	case b.labels[0] == "aws_lambda_function" && name == "arn":
		return text("arn:"+m.options.Partition+":lambda:"+m.options.Region+":"+m.options.Account+":function:"+resource, at), true
	case kind != b.labels[0] && (name == "arn" || name == "id"):
		if e := b.attribute("arn"); b.kind == "data" && !e.none() {
			return own.evaluate(e), true
		}
		if aws, known := awsManagedName(resource); b.kind == "data" && kind == "policy" && known {
			return text("arn:"+m.options.Partition+":iam::aws:policy/"+aws, at), true
		}
		return text("arn:"+m.options.Partition+":iam::"+m.options.Account+":"+kind+folder+resource, at), true
	}
	return policy.Node{}, false
}

// mark is the same text every time that it is asked for: two references to one
// unknown name mean the same resource.
func (m *module) mark(address, attribute, reason string) string {
	key := "mark:" + address + "." + attribute
	if n, ok := m.cache[key]; ok {
		return n.Text
	}
	t := m.unknowns.mark(m.prefix+address+"."+attribute, reason)
	m.cache[key] = policy.Node{Kind: policy.String, Text: t}
	return t
}
