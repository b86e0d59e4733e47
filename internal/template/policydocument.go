package template

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// policyDocument is the policy that an aws_iam_policy_document data source
// writes.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
func (m *module) policyDocument(b *block, s scope) policy.Node {
	body := m.body(b, s, 0)
	at := body.Location
	statements := policy.Node{Kind: policy.List, Location: at}
	for _, n := range each(get(&body, "statement")) {
		statements.Elements = append(statements.Elements, statement(&n))
	}
	// What is there takes the place of a source's statement of the same Sid; an
	// override's takes its place.
	for _, name := range []string{"source_json", "source_policy_documents"} {
		before := policy.Node{Kind: policy.List, Location: at}
		for _, n := range each(get(&body, name)) {
			before = overlaid(before, m.statementsOf(&n))
		}
		if get(&body, name) != nil {
			statements = overlaid(before, statements)
		}
	}
	for _, name := range []string{"override_json", "override_policy_documents"} {
		for _, n := range each(get(&body, name)) {
			statements = overlaid(statements, m.statementsOf(&n))
		}
	}
	version := text(policy.Version2012, at)
	if v := get(&body, "version"); v != nil && v.Kind == policy.String {
		version = *v
	}
	out := object(at, member("Version", version))
	if id := get(&body, "policy_id"); id != nil {
		out.Members = append(out.Members, member("Id", *id))
	}
	out.Members = append(out.Members, member("Statement", statements))
	return out
}

// statementsOf are the statements of a document in a text.
func (m *module) statementsOf(n *policy.Node) policy.Node {
	tree := m.treeOf(n)
	if list := get(&tree, "Statement"); list != nil {
		if list.Kind == policy.List {
			return *list
		}
		return policy.Node{Kind: policy.List, Location: list.Location, Elements: []policy.Node{*list}}
	}
	if tree.Kind == policy.Object || tree.Kind == policy.Null || tree.Text == "" {
		return policy.Node{Kind: policy.List, Location: n.Location}
	}
	return policy.Node{Kind: policy.List, Location: n.Location, Elements: []policy.Node{tree}}
}

func overlaid(under, over policy.Node) policy.Node {
	out := under
	out.Elements = append([]policy.Node{}, under.Elements...)
next:
	for _, n := range over.Elements {
		if sid := str(get(&n, "Sid")); sid != "" && !marked(sid) {
			for i := range out.Elements {
				if str(get(&out.Elements[i], "Sid")) == sid {
					out.Elements[i] = n
					continue next
				}
			}
		}
		out.Elements = append(out.Elements, n)
	}
	return out
}

func statement(n *policy.Node) policy.Node {
	if n.Kind != policy.Object {
		return *n
	}
	at := n.Location
	out := policy.Node{Kind: policy.Object, Location: at}
	add := func(name string, at finding.Location, v policy.Node) {
		out.Members = append(out.Members, policy.Member{Name: name, At: at, Value: v})
	}
	if get(n, "effect") == nil {
		add("Effect", at, text("Allow", at))
	}
	elements := map[string]string{"sid": "Sid", "effect": "Effect", "actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}
	for _, m := range n.Members {
		empty := m.Value.Kind == policy.Null || m.Value.Kind == policy.List && len(m.Value.Elements) == 0 || m.Name == "sid" && m.Value.Text == ""
		switch name := elements[m.Name]; {
		case empty:
		case name != "":
			add(name, m.At, escaped(m.Value))
		case m.Name == "principals":
			add("Principal", m.At, principalElement(&m.Value))
		case m.Name == "not_principals":
			add("NotPrincipal", m.At, principalElement(&m.Value))
		case m.Name == "condition":
			add("Condition", m.At, conditionElement(&m.Value))
		}
	}
	return out
}

// escaped reads the data source's &{...} as a variable of IAM's.
func escaped(n policy.Node) policy.Node {
	if n.Kind == policy.String {
		n.Text = strings.ReplaceAll(n.Text, "&{", "${")
	}
	elements := make([]policy.Node, 0, len(n.Elements))
	for _, e := range n.Elements {
		elements = append(elements, escaped(e))
	}
	n.Elements = elements
	return n
}

func principalElement(list *policy.Node) policy.Node {
	out := policy.Node{Kind: policy.Object, Location: list.Location}
	for _, p := range each(list) {
		kind, identifiers := get(&p, "type"), get(&p, "identifiers")
		switch {
		case kind == nil || identifiers == nil:
			return p // unknown as a whole
		case kind.Text == "*":
			return text("*", kind.Location)
		}
		v := escaped(*identifiers)
		if old := get(&out, kind.Text); old != nil {
			old.Elements = append(each(old)[:len(each(old)):len(each(old))], each(&v)...)
			continue
		}
		out.Members = append(out.Members, policy.Member{Name: kind.Text, At: kind.Location, Value: v})
	}
	return out
}

func conditionElement(list *policy.Node) policy.Node {
	out := policy.Node{Kind: policy.Object, Location: list.Location}
	for _, c := range each(list) {
		test, variable, values := get(&c, "test"), get(&c, "variable"), get(&c, "values")
		if test == nil || variable == nil || values == nil {
			return c // unknown as a whole
		}
		operator := get(&out, test.Text)
		if operator == nil {
			out.Members = append(out.Members, policy.Member{Name: test.Text, At: test.Location, Value: policy.Node{Kind: policy.Object, Location: c.Location}})
			operator = &out.Members[len(out.Members)-1].Value
		}
		v := escaped(*values)
		if old := get(operator, variable.Text); old != nil {
			*old = policy.Node{Kind: policy.List, Location: old.Location, Elements: append(each(old)[:len(each(old)):len(each(old))], each(&v)...)}
			continue
		}
		operator.Members = append(operator.Members, policy.Member{Name: variable.Text, At: variable.Location, Value: v})
	}
	return out
}
