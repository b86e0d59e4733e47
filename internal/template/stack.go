package template

import (
	"cmp"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// stack is a CloudFormation template while its policies are read.
type stack struct {
	*reader
	scope, format  string
	parameters     *policy.Node
	mappings       *policy.Node
	conditions     *policy.Node
	resources      *policy.Node
	index          map[string]*policy.Node // resources by logical id
	busy           map[string]bool         // conditions that are being evaluated
	steps          int
	joinedBytes    int
	functionGlobal *policy.Node // SAM's Globals.Function
	apiGlobals     *policy.Node // and Globals, for its Api and HttpApi
}

// stack reads a template, SAM's as well.
func (r *reader) stack(name string, n *policy.Node) {
	format := "CloudFormation"
	for _, t := range each(get(n, "Transform")) {
		switch text := str(&t); {
		case strings.HasPrefix(text, "AWS::Serverless"):
			format = "SAM"
		case text != "AWS::LanguageExtensions":
			r.notice(t.Location, "a macro may change this template when it is deployed: it is read as it stands")
		}
	}
	s := r.newStack(name, format, n)
	s.functionGlobal, s.apiGlobals = get(n, "Globals", "Function"), get(n, "Globals")
	s.read()
}

func (r *reader) newStack(scope, format string, n *policy.Node) *stack {
	s := &stack{
		reader: r, scope: scope, format: format,
		parameters: get(n, "Parameters"), mappings: get(n, "Mappings"), conditions: get(n, "Conditions"), resources: get(n, "Resources"),
		index: map[string]*policy.Node{}, busy: map[string]bool{},
	}
	for i := range members(s.resources) {
		m := &s.resources.Members[i]
		s.index[m.Name] = &m.Value
	}
	return s
}

func (s *stack) read() {
	g := newGateway()
	for i := range members(s.resources) {
		m := &s.resources.Members[i]
		if strings.HasPrefix(m.Name, "Fn::") {
			s.notice(m.At, "resources that "+m.Name+" makes are not read")
			continue
		}
		s.resource(m)
		s.gatewayResource(g, m)
	}
	g.join(s.reader, s.scope)
}

func (s *stack) resource(m *policy.Member) {
	p := get(&m.Value, "Properties")
	kind := str(get(&m.Value, "Type"))
	if (marked(kind) || strings.HasPrefix(kind, "Custom::")) && get(p, "PolicyDocument") != nil {
		kind = "AWS::IAM::ManagedPolicy" // a type that a template engine chooses, or a resource that makes one
	}
	switch kind {
	case "AWS::IAM::Role":
		o := s.owner(Role, m, "RoleName")
		s.trust(o, get(p, "AssumeRolePolicyDocument"))
		s.identity(o, p)
	case "AWS::IAM::User":
		o := s.owner(User, m, "UserName")
		s.identity(o, p)
		for _, g := range each(get(p, "Groups")) {
			o.groups = append(o.groups, s.referent(&g))
		}
	case "AWS::IAM::Group":
		s.identity(s.owner(Group, m, "GroupName"), p)
	case "AWS::IAM::Policy":
		s.policy(m, p)
	case "AWS::IAM::RolePolicy":
		s.policyOf(m, p, Role, get(p, "RoleName"))
	case "AWS::IAM::UserPolicy":
		s.policyOf(m, p, User, get(p, "UserName"))
	case "AWS::IAM::GroupPolicy":
		s.policyOf(m, p, Group, get(p, "GroupName"))
	case "AWS::IAM::ManagedPolicy":
		s.managedPolicy(m, p)
	case "AWS::IAM::UserToGroupAddition":
		for _, u := range each(get(p, "Users")) {
			o := s.holder(User, &u)
			o.groups = append(o.groups, s.referent(get(p, "GroupName")))
		}
	case "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable":
		s.dynamoTable(m, p)
	case "AWS::Serverless::Function", "AWS::Serverless::StateMachine":
		s.function(m, p)
		s.samEvents(p)
	case "AWS::Serverless::Connector":
		s.connector(m.Name, get(p, "Source"), get(p, "Destination"), get(p, "Permissions"))
	}
	for _, c := range members(get(&m.Value, "Connectors")) {
		source := object(c.At, member("Id", text(m.Name, c.At)))
		for _, d := range each(get(&c.Value, "Properties", "Destination")) {
			s.connector(c.Name, &source, &d, get(&c.Value, "Properties", "Permissions"))
		}
	}
}

func (s *stack) owner(kind PrincipalType, m *policy.Member, property string) *owner {
	name := ""
	if n := get(&m.Value, "Properties", property); n != nil {
		name = s.text(n)
	}
	return s.principal(s.scope, kind, m.Name, name, m.At)
}

// holder is the principal that a reference means, in this template or not.
func (s *stack) holder(kind PrincipalType, n *policy.Node) *owner {
	name := s.referent(n)
	if o := s.named(s.scope, kind, name); o != nil {
		return o
	}
	if r := s.index[name]; r != nil {
		for i := range s.resources.Members {
			if m := &s.resources.Members[i]; m.Name == name {
				return s.owner(kind, m, map[PrincipalType]string{Role: "RoleName", User: "UserName", Group: "GroupName"}[kind])
			}
		}
	}
	return s.principal(s.scope, kind, name, name, n.Location)
}

func (s *stack) trust(o *owner, document *policy.Node) {
	if document != nil {
		o.hold(held{name: "trust", kind: Trust, format: s.format, document: s.documentOf(document), at: document.Location})
	}
}

// identity reads what roles, users and groups have in common.
func (s *stack) identity(o *owner, p *policy.Node) {
	policies := s.resolved(get(p, "Policies"))
	for _, one := range each(&policies) {
		if marked(one.Text) {
			o.hold(held{name: "policies", kind: Inline, format: s.format, document: one, at: one.Location})
			continue
		}
		if document := get(&one, "PolicyDocument"); document != nil {
			o.hold(held{name: str(get(&one, "PolicyName")), kind: Inline, format: s.format, document: s.decoded(document), at: document.Location})
		}
	}
	s.attached(o, p)
}

func (s *stack) attached(o *owner, p *policy.Node) {
	for _, a := range s.references(get(p, "ManagedPolicyArns")) {
		s.attach(s.scope, o, Managed, a, s.format)
	}
	for _, b := range s.references(get(p, "PermissionsBoundary")) {
		s.attach(s.scope, o, Boundary, b, s.format)
	}
}

func (s *stack) policy(m *policy.Member, p *policy.Node) {
	some := false
	for _, list := range []struct {
		name string
		kind PrincipalType
	}{{"Roles", Role}, {"Users", User}, {"Groups", Group}} {
		for _, n := range s.elements(get(p, list.name)) {
			some = true
			s.policyOf(m, p, list.kind, &n)
		}
	}
	if !some {
		s.policyOf(m, p, "", nil)
	}
}

func (s *stack) policyOf(m *policy.Member, p *policy.Node, kind PrincipalType, holder *policy.Node) {
	document := get(p, "PolicyDocument")
	if document == nil {
		return
	}
	h := held{name: cmp.Or(s.text(get(p, "PolicyName")), m.Name), kind: Inline, format: s.format, document: s.documentOf(document), at: document.Location}
	if holder == nil {
		s.managed = append(s.managed, managedPolicy{scope: s.scope, held: h})
		return
	}
	s.holder(kind, holder).hold(h)
}

func (s *stack) managedPolicy(m *policy.Member, p *policy.Node) {
	document := get(p, "PolicyDocument")
	if document == nil {
		return
	}
	name := s.text(get(p, "ManagedPolicyName"))
	h := held{name: cmp.Or(name, m.Name), kind: Managed, format: s.format, document: s.documentOf(document), at: document.Location}
	names := []string{m.Name}
	if name != "" && !marked(name) {
		h.arn = s.arn("iam", "", "policy"+cmp.Or(s.text(get(p, "Path")), "/")+name)
		names = append(names, h.arn)
	}
	s.managed = append(s.managed, managedPolicy{scope: s.scope, names: names, held: h})
	for _, list := range []struct {
		name string
		kind PrincipalType
	}{{"Roles", Role}, {"Users", User}, {"Groups", Group}} {
		for _, n := range s.elements(get(p, list.name)) {
			s.attach(s.scope, s.holder(list.kind, &n), Managed, text(m.Name, m.At), s.format)
		}
	}
}

func (s *stack) dynamoTable(m *policy.Member, p *policy.Node) {
	name := s.text(get(p, "TableName"))
	if name == "" {
		name = s.options.Tables[m.Name]
	}
	shown := name
	if marked(shown) {
		shown = ""
	}
	s.table(s.keyed(Table{ID: m.Name, Name: shown, Location: m.At}, p))
	policies := []*policy.Node{get(p, "ResourcePolicy", "PolicyDocument"), get(p, "StreamSpecification", "ResourcePolicy", "PolicyDocument")}
	replicas := s.elements(get(p, "Replicas"))
	for i := range replicas {
		policies = append(policies, get(&replicas[i], "ResourcePolicy", "PolicyDocument"), get(&replicas[i], "ReplicaStreamSpecification", "ResourcePolicy", "PolicyDocument"))
	}
	for _, document := range policies {
		if document != nil {
			o := s.principal(s.scope, Resource, m.Name, shown, m.At)
			o.hold(held{name: "resource policy", kind: ResourceBased, format: s.format, document: s.documentOf(document), at: document.Location})
		}
	}
}

// elements are those of a list whose own elements stay as they are written, so
// that a reference among them can be followed to its resource.
func (s *stack) elements(n *policy.Node) []policy.Node {
	if n == nil {
		return nil
	}
	if _, ok := intrinsic(n); ok && resourceOf(n) == "" {
		out := s.resolved(n)
		return each(&out)
	}
	var out []policy.Node
	for _, e := range each(n) {
		if name, ok := intrinsic(&e); ok && name == "Fn::If" {
			e = s.choose(&e)
		}
		if e.Kind != policy.Null {
			out = append(out, e)
		}
	}
	return out
}

// references are names of policies: of the template's own, the logical id.
func (s *stack) references(n *policy.Node) []policy.Node {
	var out []policy.Node
	for _, e := range s.elements(n) {
		out = append(out, text(s.referent(&e), e.Location))
	}
	return out
}

// referent is what a reference to a resource of the template names, its logical
// id; of anything else, its text.
func (s *stack) referent(n *policy.Node) string {
	if n == nil {
		return ""
	}
	if id := resourceOf(n); s.index[id] != nil {
		return id
	}
	return s.text(n)
}

// resourceOf is the first word of a Ref or GetAtt.
func resourceOf(n *policy.Node) string {
	switch name, _ := intrinsic(n); name {
	case "Ref":
		return str(&n.Members[0].Value)
	case "Fn::GetAtt":
		v := &n.Members[0].Value
		if v.Kind == policy.List && len(v.Elements) > 0 {
			return str(&v.Elements[0])
		}
		id, _, _ := strings.Cut(str(v), ".")
		return id
	}
	return ""
}

// text is a resolved text, "" for none, with marks for what is unknown.
func (s *stack) text(n *policy.Node) string {
	if n == nil {
		return ""
	}
	out := s.resolved(n)
	switch out.Kind {
	case policy.Object, policy.List:
		return s.unknowns.mark("value", "it is no text")
	}
	return out.Text
}

// documentOf is a policy document, resolved.
func (s *stack) documentOf(n *policy.Node) policy.Node {
	out := s.resolved(n)
	return s.decoded(&out)
}

func (s *stack) resolved(n *policy.Node) policy.Node {
	if n == nil {
		return policy.Node{Kind: policy.Null}
	}
	return s.resolve(n, 0)
}

func (s *stack) arn(service, region, resource string) string {
	return "arn:" + s.options.Partition + ":" + service + ":" + region + ":" + s.options.Account + ":" + resource
}

func (s *stack) unknown(at finding.Location, reference, reason string) policy.Node {
	return s.unknowns.node(at, reference, reason)
}
