package template

import (
	"path"
	"sort"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// plain reads IAM's own JSON: a policy document, and what the AWS CLI wraps
// around one.
func (r *reader) plain(name string, n *policy.Node) bool {
	id := strings.TrimSuffix(path.Base(name), path.Ext(name))
	switch {
	case get(n, "Statement") != nil:
		r.managed = append(r.managed, managedPolicy{scope: name, held: held{name: id, format: "IAM JSON", document: *n, at: n.Location}})
	case get(n, "PolicyVersion", "Document") != nil: // get-policy-version
		document := get(n, "PolicyVersion", "Document")
		r.managed = append(r.managed, managedPolicy{scope: name, held: held{name: id, format: "AWS CLI", document: r.decoded(document), at: document.Location}})
	case get(n, "PolicyDocument") != nil: // get-role-policy and its like
		r.wrapped(name, id, n)
	case get(n, "RoleDetailList") != nil || get(n, "UserDetailList") != nil || get(n, "GroupDetailList") != nil:
		r.account(name, n) // get-account-authorization-details
	case get(n, "Role", "AssumeRolePolicyDocument") != nil: // get-role
		r.detail(name, Role, get(n, "Role"))
	case get(n, "Policy") != nil && strings.Contains(str(get(n, "Policy")), "Statement"): // get-resource-policy
		document := get(n, "Policy")
		o := r.principal(name, Resource, id, "", n.Location)
		o.hold(held{name: id, kind: ResourceBased, format: "AWS CLI", document: r.decoded(document), at: document.Location})
	default:
		return false
	}
	return true
}

func (r *reader) wrapped(scope, id string, n *policy.Node) {
	p := held{name: str(get(n, "PolicyName")), kind: Inline, format: "AWS CLI", document: r.decoded(get(n, "PolicyDocument")), at: get(n, "PolicyDocument").Location}
	for _, of := range []struct {
		name string
		kind PrincipalType
	}{{"RoleName", Role}, {"UserName", User}, {"GroupName", Group}} {
		if owner := str(get(n, of.name)); owner != "" {
			r.principal(scope, of.kind, owner, owner, get(n, of.name).Location).hold(p)
			return
		}
	}
	if p.name == "" {
		p.name = id
	}
	r.managed = append(r.managed, managedPolicy{scope: scope, held: p})
}

// account reads all of an account's roles, users, groups and policies.
func (r *reader) account(scope string, n *policy.Node) {
	for _, p := range each(get(n, "Policies")) {
		for _, v := range each(get(&p, "PolicyVersionList")) {
			if str(get(&v, "IsDefaultVersion")) != "true" || get(&v, "Document") == nil {
				continue
			}
			h := held{name: str(get(&p, "PolicyName")), arn: str(get(&p, "Arn")), format: "AWS CLI", document: r.decoded(get(&v, "Document")), at: get(&v, "Document").Location}
			r.managed = append(r.managed, managedPolicy{scope: scope, names: []string{h.arn}, held: h})
		}
	}
	for _, list := range []struct {
		name string
		kind PrincipalType
	}{{"GroupDetailList", Group}, {"RoleDetailList", Role}, {"UserDetailList", User}} {
		for _, d := range each(get(n, list.name)) {
			r.detail(scope, list.kind, &d)
		}
	}
}

func (r *reader) detail(scope string, kind PrincipalType, d *policy.Node) {
	id := string(kind)
	name := str(get(d, map[PrincipalType]string{Role: "RoleName", User: "UserName", Group: "GroupName"}[kind]))
	if name == "" {
		name = id
	}
	o := r.principal(scope, kind, name, name, d.Location)
	if trust := get(d, "AssumeRolePolicyDocument"); trust != nil {
		o.hold(held{name: "trust", kind: Trust, format: "AWS CLI", document: r.decoded(trust), at: trust.Location})
	}
	for _, list := range []string{"RolePolicyList", "UserPolicyList", "GroupPolicyList"} {
		for _, p := range each(get(d, list)) {
			if document := get(&p, "PolicyDocument"); document != nil {
				o.hold(held{name: str(get(&p, "PolicyName")), kind: Inline, format: "AWS CLI", document: r.decoded(document), at: document.Location})
			}
		}
	}
	for _, p := range each(get(d, "AttachedManagedPolicies")) {
		if arn := get(&p, "PolicyArn"); arn != nil {
			r.attach(scope, o, Managed, *arn, "AWS CLI")
		}
	}
	if b := get(d, "PermissionsBoundary", "PermissionsBoundaryArn"); b != nil {
		r.attach(scope, o, Boundary, *b, "AWS CLI")
	}
	for _, g := range each(get(d, "GroupList")) {
		o.groups = append(o.groups, str(&g))
	}
}

// decoded is a policy document that may stand in a string as JSON.
func (r *reader) decoded(n *policy.Node) policy.Node {
	if n.Kind != policy.String || !strings.HasPrefix(strings.TrimLeft(n.Text, " \t\r\n"), "{") {
		return *n
	}
	return r.parsed(n.Text, func(int, int) finding.Location { return n.Location })
}

// parsed is a text of JSON, maybe with marks, as a tree.
func (r *reader) parsed(text string, place func(start, end int) finding.Location) policy.Node {
	text, added := bareMarks(text)
	n, err := readPlacedJSON("", text, func(start, end int) finding.Location {
		return place(start-sort.SearchInts(added, start), end-sort.SearchInts(added, end))
	})
	if err != nil {
		var at finding.Location
		if p, ok := err.(policy.Problem); ok {
			at = p.Location
		}
		if marked(text) {
			return r.unknowns.node(at, "policy", "it is no JSON without the parts that are unknown")
		}
		r.notice(at, "not a policy: "+err.Error())
		return r.unknowns.node(at, "policy", "it is not JSON")
	}
	return n
}

// bareMarks puts quotes around the marks that stand outside of JSON's strings.
// added are the offsets of the quotes in the result.
func bareMarks(text string) (out string, added []int) {
	if !marked(text) {
		return text, nil
	}
	var b strings.Builder
	inside, escaped, mark := false, false, false
	for _, c := range text {
		switch {
		case c == markOpen && !inside:
			mark = true
			added = append(added, b.Len())
			b.WriteByte('"')
		case c == markClose && mark:
			mark = false
			b.WriteRune(c)
			added = append(added, b.Len())
			b.WriteByte('"')
			continue
		case escaped:
			escaped = false
		case c == '\\' && inside:
			escaped = true
		case c == '"':
			inside = !inside
		}
		b.WriteRune(c)
	}
	return b.String(), added
}

// chalice reports whether a file is one of Chalice's.
func chalice(name string) bool {
	return path.Base(path.Dir(name)) == ".chalice" && strings.HasSuffix(name, ".json")
}

// chalice reads the policy file of a stage, and from the configuration which
// stages have theirs made from the code when they are deployed.
func (r *reader) chalice(name string, n *policy.Node) {
	base := strings.TrimSuffix(path.Base(name), ".json")
	if base != "config" {
		if get(n, "Statement") != nil {
			r.principal(name, Function, base, "", n.Location).hold(held{name: base, kind: Inline, format: "Chalice", document: *n, at: n.Location})
		}
		return
	}
	stages := members(get(n, "stages"))
	if len(stages) == 0 {
		stages = []policy.Member{{Name: "dev", At: n.Location, Value: object(n.Location)}}
	}
	for _, s := range stages {
		setting := func(key string) string {
			if v := get(&s.Value, key); v != nil {
				return str(v)
			}
			return str(get(n, key))
		}
		if setting("autogen_policy") == "false" || setting("manage_iam_role") == "false" || setting("iam_policy_file") != "" {
			continue // a policy file, or a role that stands elsewhere
		}
		app := str(get(n, "app_name")) + "-" + s.Name
		r.principal(name, Function, app, app, s.At).hold(held{
			name: "autopolicy", kind: Inline, format: "Chalice", at: s.At,
			document: r.unknowns.node(s.At, "autopolicy", "Chalice makes the policy from the code when it deploys, for every resource: `chalice gen-policy` writes it"),
		})
	}
}
