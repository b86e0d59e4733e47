package template

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// CloudFormation's intrinsic functions, as far as a template and its parameters'
// defaults decide them.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html

const (
	maxResolve = 100_000  // nodes resolved in one template
	maxText    = 1 << 20  // bytes of one text
	maxJoined  = 64 << 20 // bytes of all texts that one file puts together
	noValue    = "AWS::NoValue"
)

// intrinsic reports whether a node is a call of a function.
func intrinsic(n *policy.Node) (string, bool) {
	if n.Kind != policy.Object || len(n.Members) != 1 {
		return "", false
	}
	name := n.Members[0].Name
	return name, name == "Ref" || strings.HasPrefix(name, "Fn::")
}

func (s *stack) resolve(n *policy.Node, depth int) policy.Node {
	if s.steps++; s.steps > maxResolve || !s.work() || depth > maxDepth {
		return s.unknown(n.Location, "value", "the template refers too deep or too often to be followed")
	}
	if name, ok := intrinsic(n); ok {
		return s.call(name, n, depth+1)
	}
	out := *n
	switch n.Kind {
	case policy.Object:
		out.Members = nil
		for _, m := range n.Members {
			m.Value = s.resolve(&m.Value, depth+1)
			if !absent(&m.Value) {
				out.Members = append(out.Members, m)
			}
		}
	case policy.List:
		out.Elements = nil
		for i := range n.Elements {
			e := s.resolve(&n.Elements[i], depth+1)
			if !absent(&e) {
				out.Elements = append(out.Elements, e)
			}
		}
	}
	return out
}

func absent(n *policy.Node) bool { return n.Kind == policy.Null && n.Text == noValue }

func (s *stack) call(name string, n *policy.Node, depth int) policy.Node {
	arg := &n.Members[0].Value
	at := n.Location
	switch name {
	case "Ref":
		return s.ref(str(arg), at, depth)
	case "Fn::GetAtt":
		v := s.resolve(arg, depth)
		parts := each(&v)
		if len(parts) == 1 {
			resource, attribute, _ := strings.Cut(str(&parts[0]), ".")
			return s.attribute(resource, attribute, at, depth)
		}
		if len(parts) == 2 {
			return s.attribute(str(&parts[0]), str(&parts[1]), at, depth)
		}
	case "Fn::Sub":
		return s.sub(arg, at, depth)
	case "Fn::Join":
		return s.joined(arg, at, depth)
	case "Fn::If":
		return s.chooseAt(arg, at, depth)
	case "Fn::FindInMap":
		return s.findInMap(arg, at, depth)
	case "Fn::Select":
		v := s.resolve(arg, depth)
		if len(v.Elements) == 2 {
			list := v.Elements[1]
			if i, err := strconv.Atoi(str(&v.Elements[0])); err == nil && list.Kind == policy.List && i >= 0 && i < len(list.Elements) {
				return list.Elements[i]
			}
		}
	case "Fn::Split":
		v := s.resolve(arg, depth)
		if len(v.Elements) == 2 && v.Elements[1].Kind == policy.String && str(&v.Elements[0]) != "" && !marked(v.Elements[1].Text) {
			out := policy.Node{Kind: policy.List, Location: at}
			for _, part := range strings.SplitN(v.Elements[1].Text, str(&v.Elements[0]), 10_000) {
				out.Elements = append(out.Elements, text(part, at))
			}
			return out
		}
	case "Fn::ToJsonString":
		return s.resolve(arg, depth)
	case "Fn::ImportValue":
		return s.unknown(at, name, "another stack exports it")
	}
	return s.unknown(at, name, "it cannot be resolved from the template")
}

func (s *stack) ref(name string, at finding.Location, depth int) policy.Node {
	switch name {
	case "AWS::Region":
		return text(s.options.Region, at)
	case "AWS::AccountId":
		return text(s.options.Account, at)
	case "AWS::Partition":
		return text(s.options.Partition, at)
	case "AWS::URLSuffix":
		return text("amazonaws.com", at)
	case noValue:
		return policy.Node{Kind: policy.Null, Text: noValue, Location: at}
	case "AWS::StackName", "AWS::StackId", "AWS::NotificationARNs":
		return s.unknown(at, name, "the deployment decides it")
	}
	if p := get(s.parameters, name); p != nil {
		return s.parameter(name, p, at)
	}
	if r := s.index[name]; r != nil {
		return s.nameOf(name, r, at, depth)
	}
	return s.unknown(at, name, "the template has no such parameter or resource")
}

func (s *stack) parameter(name string, p *policy.Node, at finding.Location) policy.Node {
	kind := str(get(p, "Type"))
	value, given := s.options.Variables[name]
	if !given {
		def := get(p, "Default")
		switch {
		case strings.HasPrefix(kind, "AWS::SSM::"):
			return s.unknown(at, name, "a parameter that is read from Systems Manager")
		case def == nil:
			return s.unknown(at, name, "a parameter without a default")
		}
		value, at = str(def), def.Location
	}
	if kind != "CommaDelimitedList" && !strings.HasPrefix(kind, "List<") {
		return text(value, at)
	}
	out := policy.Node{Kind: policy.List, Location: at}
	for _, part := range strings.SplitN(value, ",", 10_000) {
		out.Elements = append(out.Elements, text(strings.TrimSpace(part), at))
	}
	return out
}

// nameOf is the Ref of a resource.
func (s *stack) nameOf(id string, r *policy.Node, at finding.Location, depth int) policy.Node {
	property, generated := "", "AWS makes the name up"
	switch str(get(r, "Type")) {
	case "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable":
		property, generated = "TableName", "AWS makes the table's name up; it can be told"
		if name := s.options.Tables[id]; name != "" {
			return text(name, at)
		}
	case "AWS::IAM::Role":
		property = "RoleName"
	case "AWS::IAM::User":
		property = "UserName"
	case "AWS::IAM::Group":
		property = "GroupName"
	case "AWS::Lambda::Function", "AWS::Serverless::Function":
		property = "FunctionName"
	case "AWS::IAM::ManagedPolicy":
		if name := get(r, "Properties", "ManagedPolicyName"); name != nil {
			n := s.resolve(name, depth)
			return text(s.arn("iam", "", "policy"+cmp.Or(str(get(r, "Properties", "Path")), "/")+str(&n)), at)
		}
	}
	if n := get(r, "Properties", property); property != "" && n != nil {
		out := s.resolve(n, depth)
		out.Location = at
		return out
	}
	return s.unknown(at, id, generated)
}

// attribute is the GetAtt of a resource.
func (s *stack) attribute(id, name string, at finding.Location, depth int) policy.Node {
	r := s.index[id]
	if r == nil {
		return s.unknown(at, id+"."+name, "the template has no such resource")
	}
	if depth > maxDepth {
		return s.unknown(at, id+"."+name, "it refers too deep to be followed")
	}
	own := s.nameOf(id, r, at, depth+1)
	kind := str(get(r, "Type"))
	if own.Kind == policy.String {
		table := kind == "AWS::DynamoDB::Table" || kind == "AWS::DynamoDB::GlobalTable" || kind == "AWS::Serverless::SimpleTable"
		path := cmp.Or(str(get(r, "Properties", "Path")), "/")
		switch {
		case table && name == "Arn":
			return text(s.options.ARN(own.Text), at)
		case table && name == "StreamArn":
			return text(s.options.ARN(own.Text)+"/stream/"+s.unknowns.mark(id+".StreamArn", "a stream's label is a time"), at)
		case kind == "AWS::IAM::Role" && name == "Arn":
			return text(s.arn("iam", "", "role"+path+own.Text), at)
		case kind == "AWS::IAM::User" && name == "Arn":
			return text(s.arn("iam", "", "user"+path+own.Text), at)
		case strings.HasSuffix(kind, "::Function") && name == "Arn":
			return text(s.arn("lambda", s.options.Region, "function:"+own.Text), at)
		}
	}
	return s.unknown(at, id+"."+name, "known only once it is deployed")
}

// sub fills in ${Name}, ${Resource.Attribute} and ${!Literal}.
func (s *stack) sub(arg *policy.Node, at finding.Location, depth int) policy.Node {
	template, own := arg, (*policy.Node)(nil)
	if arg.Kind == policy.List && len(arg.Elements) == 2 {
		template, own = &arg.Elements[0], &arg.Elements[1]
	}
	if template.Kind != policy.String {
		return s.unknown(at, "Fn::Sub", "its text is no text")
	}
	var b strings.Builder
	rest := template.Text
	for b.Len() < maxText && s.joinedBytes < maxJoined {
		before, after, found := strings.Cut(rest, "${")
		b.WriteString(before)
		if !found {
			return text(b.String(), template.Location)
		}
		name, behind, closed := strings.Cut(after, "}")
		switch {
		case !closed:
			b.WriteString("${" + after)
			return text(b.String(), template.Location)
		case strings.HasPrefix(name, "!"):
			b.WriteString("${" + name[1:] + "}")
		default:
			v := s.variable(strings.TrimSpace(name), own, template.Location, depth)
			if v.Kind == policy.Object || v.Kind == policy.List {
				v = s.unknown(at, name, "it is no text")
			}
			b.WriteString(v.Text)
			s.joinedBytes += len(v.Text)
		}
		rest = behind
	}
	return s.unknown(at, "Fn::Sub", "the text is too long")
}

func (s *stack) variable(name string, own *policy.Node, at finding.Location, depth int) policy.Node {
	if v := get(own, name); v != nil {
		return s.resolve(v, depth)
	}
	if s.steps++; s.steps > maxResolve {
		return s.unknown(at, name, "the template refers too often to be followed")
	}
	if resource, attribute, ok := strings.Cut(name, "."); ok {
		return s.attribute(resource, attribute, at, depth)
	}
	return s.ref(name, at, depth)
}

func (s *stack) joined(arg *policy.Node, at finding.Location, depth int) policy.Node {
	v := s.resolve(arg, depth)
	if len(v.Elements) != 2 || v.Elements[1].Kind != policy.List {
		return s.unknown(at, "Fn::Join", "what it joins is no list that is known")
	}
	var b strings.Builder
	for i, e := range v.Elements[1].Elements {
		if i > 0 {
			b.WriteString(str(&v.Elements[0]))
		}
		if e.Kind == policy.Object || e.Kind == policy.List {
			e = s.unknown(e.Location, "a part", "it is no text")
		}
		s.joinedBytes += len(e.Text)
		if b.WriteString(e.Text); b.Len() > maxText || s.joinedBytes > maxJoined {
			return s.unknown(at, "Fn::Join", "the text is too long")
		}
	}
	return text(b.String(), at)
}

// choose is what an If chooses, as it is written.
func (s *stack) choose(n *policy.Node) policy.Node {
	arg := &n.Members[0].Value
	if arg.Kind != policy.List || len(arg.Elements) != 3 {
		return s.unknown(n.Location, "Fn::If", "it has a condition and two values")
	}
	switch s.condition(str(&arg.Elements[0])) {
	case yes:
		return arg.Elements[1]
	case no:
		return arg.Elements[2]
	}
	return s.unknown(n.Location, "Fn::If", "the condition "+str(&arg.Elements[0])+" is unknown")
}

func (s *stack) chooseAt(arg *policy.Node, at finding.Location, depth int) policy.Node {
	n := object(at, policy.Member{Name: "Fn::If", Value: *arg})
	chosen := s.choose(&n)
	return s.resolve(&chosen, depth)
}

func (s *stack) findInMap(arg *policy.Node, at finding.Location, depth int) policy.Node {
	v := s.resolve(arg, depth)
	if len(v.Elements) < 3 {
		return s.unknown(at, "Fn::FindInMap", "it has a map and two keys")
	}
	if n := get(s.mappings, str(&v.Elements[0]), str(&v.Elements[1]), str(&v.Elements[2])); n != nil {
		return s.resolve(n, depth)
	}
	if len(v.Elements) == 4 {
		if def := get(&v.Elements[3], "DefaultValue"); def != nil {
			return *def
		}
	}
	return s.unknown(at, "Fn::FindInMap", "a key is unknown or not in the map")
}

// truth is a condition's value.
type truth uint8

const (
	maybe truth = iota
	yes
	no
)

func (s *stack) condition(name string) truth {
	n := get(s.conditions, name)
	if n == nil || s.busy[name] || len(s.busy) > maxDepth {
		return maybe
	}
	s.busy[name] = true
	defer delete(s.busy, name)
	return s.holds(n, 0)
}

func (s *stack) holds(n *policy.Node, depth int) truth {
	if s.steps++; s.steps > maxResolve || !s.work() || depth > maxDepth || n.Kind != policy.Object || len(n.Members) != 1 {
		return maybe
	}
	arg := &n.Members[0].Value
	switch n.Members[0].Name {
	case "Condition":
		return s.condition(str(arg))
	case "Fn::Equals":
		v := s.resolve(arg, depth)
		if len(v.Elements) != 2 || v.Elements[0].Kind == policy.Object || v.Elements[0].Kind == policy.List || marked(v.Elements[0].Text+v.Elements[1].Text) {
			return maybe
		}
		if v.Elements[0].Text == v.Elements[1].Text {
			return yes
		}
		return no
	case "Fn::Not":
		if len(arg.Elements) == 1 {
			return [...]truth{maybe: maybe, yes: no, no: yes}[s.holds(&arg.Elements[0], depth+1)]
		}
	case "Fn::And", "Fn::Or":
		decides, otherwise := no, yes
		if n.Members[0].Name == "Fn::Or" {
			decides, otherwise = yes, no
		}
		out := otherwise
		for i := range arg.Elements {
			switch s.holds(&arg.Elements[i], depth+1) {
			case decides:
				return decides
			case maybe:
				out = maybe
			}
		}
		return out
	}
	return maybe
}
