package template

import (
	"path"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// isServerless reports whether a tree is a Serverless Framework service.
func isServerless(name string, n *policy.Node) bool {
	return str(get(n, "provider", "name")) == "aws" || get(n, "service") != nil && (get(n, "provider") != nil || get(n, "functions") != nil) ||
		strings.HasPrefix(path.Base(name), "serverless.") && get(n, "provider") != nil
}

// serverless reads a service: the role that its functions share, the functions'
// own, and the CloudFormation among its resources.
func (r *reader) serverless(name string, n *policy.Node) {
	v := &variables{reader: r, root: n, name: name, busy: map[string]bool{}}
	resources := object(n.Location)
	for _, part := range v.list(get(n, "resources")) {
		for _, m := range members(&part) {
			merge(&resources, m)
		}
	}
	s := r.newStack(name, "serverless.yml", &resources)
	if len(v.list(get(n, "resources"))) > 0 {
		s.read()
	}
	provider := get(n, "provider")
	service := v.text(get(n, "service"))
	if service == "" {
		service = v.text(get(n, "service", "name"))
	}
	shared := service + "-" + v.stage()
	role := get(provider, "iam", "role")
	s.statements(v, "provider", shared, get(role, "statements"))
	s.statements(v, "provider", shared, get(provider, "iamRoleStatements"))
	for _, list := range []*policy.Node{get(role, "managedPolicies"), get(provider, "iamManagedPolicies")} {
		s.attachments(v, "provider", shared, Managed, list)
	}
	for _, b := range []*policy.Node{get(role, "permissionsBoundary"), get(role, "permissionBoundary"), get(provider, "rolePermissionsBoundary")} {
		s.attachments(v, "provider", shared, Boundary, b)
	}
	for _, f := range v.list(get(n, "functions")) {
		for _, m := range members(&f) {
			id := shared + "-" + m.Name
			s.statements(v, m.Name, id, get(&m.Value, "iamRoleStatements"))
			s.statements(v, m.Name, id, get(&m.Value, "iam", "role", "statements"))
			if str(get(&m.Value, "iamRoleStatementsInherit")) == "true" || str(get(&m.Value, "iam", "inheritStatements")) == "true" {
				s.statements(v, m.Name, id, get(role, "statements"))
				s.statements(v, m.Name, id, get(provider, "iamRoleStatements"))
			}
			code := codeOf(name, "", v.text(get(&m.Value, "handler")))
			if o := s.named(s.scope, Function, m.Name); o != nil {
				o.Code = code
			}
			r.serverlessEvents(v, code, &m.Value)
		}
	}
}

// merge adds the members of a section to the one there is.
func merge(into *policy.Node, m policy.Member) {
	for i := range into.Members {
		if into.Members[i].Name == m.Name {
			old := &into.Members[i].Value
			old.Members = append(old.Members[:len(old.Members):len(old.Members)], members(&m.Value)...)
			return
		}
	}
	into.Members = append(into.Members, m)
}

func (s *stack) statements(v *variables, id, name string, n *policy.Node) {
	if n == nil {
		return
	}
	list := v.expand(n, 0)
	// A list of lists is what files of statements become: they are one list.
	flat := policy.Node{Kind: policy.List, Location: list.Location}
	for _, e := range each(&list) {
		if e.Kind == policy.List {
			flat.Elements = append(flat.Elements, e.Elements...)
		} else {
			flat.Elements = append(flat.Elements, e)
		}
	}
	resolved := s.resolved(&flat)
	s.principal(s.scope, Function, id, name, n.Location).hold(held{
		name: "statements", kind: Inline, format: s.format, at: n.Location,
		document: object(n.Location, member("Version", text(policy.Version2012, n.Location)), member("Statement", resolved)),
	})
}

func (s *stack) attachments(v *variables, id, name string, kind Kind, n *policy.Node) {
	if n == nil {
		return
	}
	list := v.expand(n, 0)
	for _, ref := range s.references(&list) {
		s.attach(s.scope, s.principal(s.scope, Function, id, name, n.Location), kind, ref, s.format)
	}
}

// variables are the Serverless Framework's ${source:address, default}.
// https://www.serverless.com/framework/docs/guides/variables
type variables struct {
	*reader
	root  *policy.Node
	name  string
	busy  map[string]bool
	steps int
	bytes int
}

const maxVariables = 100_000

func (v *variables) list(n *policy.Node) []policy.Node {
	if n == nil {
		return nil
	}
	out := v.expand(n, 0)
	return each(&out)
}

func (v *variables) text(n *policy.Node) string {
	if n == nil {
		return ""
	}
	out := v.expand(n, 0)
	return str(&out)
}

func (v *variables) stage() string {
	if stage := v.text(get(v.root, "provider", "stage")); stage != "" && !marked(stage) {
		return stage
	}
	return v.options.Stage
}

func (v *variables) unknown(at finding.Location, reference, reason string) policy.Node {
	return v.unknowns.node(at, reference, reason)
}

func (v *variables) expand(n *policy.Node, depth int) policy.Node {
	if v.steps++; v.steps > maxVariables || !v.work() || depth > maxDepth {
		return v.unknown(n.Location, "value", "its variables refer too deep or too often to be followed")
	}
	out := *n
	switch n.Kind {
	case policy.Object:
		out.Members = nil
		for _, m := range n.Members {
			m.Value = v.expand(&m.Value, depth+1)
			out.Members = append(out.Members, m)
		}
	case policy.List:
		out.Elements = nil
		for i := range n.Elements {
			out.Elements = append(out.Elements, v.expand(&n.Elements[i], depth+1))
		}
	case policy.String:
		return v.filled(n, depth)
	}
	return out
}

// filled resolves the innermost variables first, as the framework does.
// ${AWS::Region} and other names without a source's colon are CloudFormation's.
func (v *variables) filled(n *policy.Node, depth int) policy.Node {
	s := n.Text
	limit := len(s)
	for range 100 {
		start := strings.LastIndex(s[:limit], "${")
		if start < 0 {
			break
		}
		length := strings.IndexByte(s[start:], '}')
		if length < 0 {
			limit = start
			continue
		}
		inner := s[start+2 : start+length]
		if !isVariable(inner) {
			limit = start
			continue
		}
		value := v.variable(inner, n.Location, depth)
		if start == 0 && length == len(s)-1 {
			return value
		}
		if value.Kind == policy.Object || value.Kind == policy.List {
			value = v.unknown(n.Location, inner, "it is no text")
		}
		s = s[:start] + value.Text + s[start+length+1:]
		limit = len(s)
		if v.bytes += len(s); len(s) > maxText || v.bytes > maxJoined {
			return v.unknown(n.Location, "value", "the text is too long")
		}
	}
	return text(s, n.Location)
}

func isVariable(inner string) bool {
	source, _, found := strings.Cut(inner, ":")
	if strings.HasPrefix(source, "file(") {
		return true
	}
	return found && source != "AWS" && !strings.HasPrefix(inner, "AWS::") && !strings.ContainsAny(source, " .!/*") && source != ""
}

// variable is a source with its address, or else one of its defaults.
func (v *variables) variable(inner string, at finding.Location, depth int) policy.Node {
	var last policy.Node
	for i, alternative := range strings.Split(inner, ",") {
		alternative = strings.TrimSpace(alternative)
		n, ok := v.one(alternative, at, depth)
		if ok {
			return n
		}
		if i == 0 {
			last = n
		}
	}
	return last
}

func (v *variables) one(ref string, at finding.Location, depth int) (policy.Node, bool) {
	if len(ref) >= 2 && (ref[0] == '\'' || ref[0] == '"') && ref[len(ref)-1] == ref[0] {
		return text(ref[1:len(ref)-1], at), true
	}
	source, address, _ := strings.Cut(ref, ":")
	switch {
	case source == "self":
		return v.self(address, at, depth)
	case ref == "opt:stage", ref == "sls:stage":
		if ref == "opt:stage" {
			return v.unknown(at, ref, "given when it is deployed"), false
		}
		return text(v.stage(), at), true
	case ref == "aws:accountId":
		return text(v.options.Account, at), true
	case ref == "aws:region", ref == "opt:region":
		return text(v.options.Region, at), true
	case source == "opt", source == "env", source == "param":
		if value, ok := v.options.Variables[address]; ok {
			return text(value, at), true
		}
		if source == "param" {
			for _, stage := range []string{v.options.Stage, "default"} {
				if n := get(v.root, "params", stage, address); n != nil {
					return v.expand(n, depth+1), true
				}
			}
		}
		return v.unknown(at, ref, "given when it is deployed"), false
	case strings.HasPrefix(source, "file("):
		return v.file(ref, at, depth)
	case strings.HasPrefix(ref, "{"), strings.ContainsRune(ref, markOpen):
		return text(ref, at), true
	case source == ref && strings.Trim(ref, "0123456789") == "" && ref != "", ref == "true", ref == "false":
		return text(ref, at), true
	}
	return v.unknown(at, ref, "known only when it is deployed"), false
}

func (v *variables) self(address string, at finding.Location, depth int) (policy.Node, bool) {
	if address == "" || v.busy[address] || len(v.busy) > maxDepth {
		return v.unknown(at, "self:"+address, "it refers to itself, or too deep"), true
	}
	n := lookup(v.root, address)
	if n == nil {
		return v.unknown(at, "self:"+address, "there is no such value"), false
	}
	if n.Kind == policy.Null {
		return *n, false
	}
	v.busy[address] = true
	defer delete(v.busy, address)
	out := v.expand(n, depth+1)
	// A value that is only a reference to what a deployment gives has no value
	// here: the default behind it counts.
	return out, true
}

// lookup follows a path of names and indices.
func lookup(n *policy.Node, address string) *policy.Node {
	for _, part := range strings.Split(address, ".") {
		switch {
		case n == nil:
			return nil
		case n.Kind == policy.List && len(part) < 6 && part != "" && strings.Trim(part, "0123456789") == "":
			i := 0
			for _, c := range part {
				i = 10*i + int(c-'0')
			}
			if i >= len(n.Elements) {
				return nil
			}
			n = &n.Elements[i]
		default:
			n = get(n, part)
		}
	}
	return n
}

// file reads ${file(path):address} from the tree.
func (v *variables) file(ref string, at finding.Location, depth int) (policy.Node, bool) {
	name, rest, ok := strings.Cut(strings.TrimPrefix(ref, "file("), ")")
	if !ok || v.from == nil || marked(name) {
		return v.unknown(at, ref, "the file is not in what was given"), false
	}
	ext := path.Ext(name)
	if ext != ".yml" && ext != ".yaml" && ext != ".json" {
		return v.unknown(at, ref, "a program makes it"), false
	}
	if v.busy[ref] || len(v.busy) > maxDepth {
		return v.unknown(at, ref, "it refers to itself, or too deep"), true
	}
	if v.steps += 1000; v.steps > maxVariables {
		return v.unknown(at, ref, "its variables refer too often to be followed"), true
	}
	full := path.Join(path.Dir(v.fromName), strings.TrimSpace(name))
	data, err := v.from.read(full)
	if err != nil {
		return v.unknown(at, ref, "the file was not read: "+err.Error()), false
	}
	var n *policy.Node
	if ext == ".json" {
		one, err := readJSON(v.from.shown(full), data)
		if err != nil {
			v.problem(v.from.shown(full), err)
			return v.unknown(at, ref, "the file cannot be read"), false
		}
		n = &one
	} else {
		docs, err := v.readYAML(v.from.shown(full), data)
		if err != nil || len(docs) == 0 {
			if err != nil {
				v.problem(v.from.shown(full), err)
			}
			return v.unknown(at, ref, "the file cannot be read"), false
		}
		n = &docs[0]
	}
	if address, ok := strings.CutPrefix(rest, ":"); ok {
		if n = lookup(n, address); n == nil {
			return v.unknown(at, ref, "the file has no such value"), false
		}
	}
	v.busy[ref] = true
	defer delete(v.busy, ref)
	return v.expand(n, depth+1), true
}
