package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
	"github.com/discreet-dev/discreet/internal/python"
)

// inPython are the grants of a Python file that sets an app up: statements that
// are written as dicts, the CDK's statements and grants, the policies of AWS's
// that are attached.
func inPython(f *python.File) []grant {
	p := &pythonGrants{file: f}
	f.Inspect(func(n python.Node) bool {
		switch n := n.(type) {
		case *python.Dict:
			p.dict(n)
		case *python.Call:
			p.call(n)
		case *python.String:
			p.text(n)
		}
		return true
	})
	return p.out
}

type pythonGrants struct {
	file *python.File
	out  []grant
}

func (p *pythonGrants) place(s python.Span) finding.Location {
	return finding.Location{Path: p.file.Path, Range: p.file.Range(s)}
}

// add keeps a statement that allows something of DynamoDB.
func (p *pythonGrants) add(g grant) {
	if g.reaches() && !deploysStatement(g.actions) {
		p.out = append(p.out, g)
	}
}

func deploysStatement(actions policy.Values) bool {
	return slices.ContainsFunc(actions.List, func(v policy.Value) bool {
		return v.Text != "*" && slices.ContainsFunc(deployment, func(name string) bool { return policy.LikeAction(v.Text, name) })
	})
}

// dict reads {"Effect": "Allow", "Action": ..., "Resource": ...}.
func (p *pythonGrants) dict(d *python.Dict) {
	var effect string
	g := grant{at: p.place(d.Span)}
	for _, item := range d.Items {
		key, ok := item.Key.(*python.String)
		if !ok {
			continue
		}
		switch key.Value {
		case "Effect":
			if v, ok := item.Value.(*python.String); ok {
				effect = v.Value
			}
		case "Action":
			g.actions = p.values(item.Value)
		case "Resource":
			g.resources = p.values(item.Value)
		case "Principal":
			return // who may use a resource
		}
	}
	if effect == "Allow" && g.actions.Present {
		p.add(g)
	}
}

// cdkGrants are the CDK's grants on a table, with the actions of each.
// https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.aws_dynamodb/Table.html
var cdkGrants = map[string][]string{
	"grant_full_access":     {"dynamodb:*"},
	"grant_read_data":       cdkRead,
	"grant_write_data":      cdkWrite,
	"grant_read_write_data": slices.Concat(cdkRead, cdkWrite),
}

var (
	cdkRead = []string{
		"dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:GetItem", "dynamodb:Scan", "dynamodb:ConditionCheckItem", "dynamodb:DescribeTable",
	}
	cdkWrite = []string{"dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
)

func (p *pythonGrants) call(c *python.Call) {
	name := ""
	var on *python.Attribute
	switch fn := c.Func.(type) {
	case *python.Name:
		name = fn.ID
	case *python.Attribute:
		name, on = fn.Attr, fn
	}
	at := p.place(c.Span)
	switch {
	case name == "PolicyStatement":
		g := grant{at: at}
		for _, k := range c.Keywords {
			switch k.Name {
			case "effect":
				if strings.HasSuffix(p.file.Source(k.Value.Pos()), "DENY") {
					return
				}
			case "actions":
				g.actions = p.values(k.Value)
			case "resources":
				g.resources = p.values(k.Value)
			case "principals":
				return
			}
		}
		if g.actions.Present {
			p.add(g)
		}
	case on != nil && cdkGrants[name] != nil && strings.Contains(p.file.Text, "dynamodb"):
		at = p.place(on.AttrSpan())
		p.add(grant{at: at, short: name, actions: one(at, cdkGrants[name]...)})
	case on != nil && name == "grant" && len(c.Args) > 1:
		g := grant{at: at, actions: policy.Values{Present: true, Location: at}}
		for _, a := range c.Args[1:] {
			g.actions.List = append(g.actions.List, p.values(a).List...)
		}
		p.add(g)
	case name == "from_aws_managed_policy_name" && len(c.Args) > 0:
		if v, ok := c.Args[0].(*python.String); ok {
			p.out = append(p.out, attached(v.Value, p.place(v.Span))...)
		}
	}
}

// maxPolicy is more than any one policy may have: a longer text is data about
// many.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxPolicy = 20_480

// text reads an ARN of AWS's, and a policy that is written as JSON in a string.
func (p *pythonGrants) text(s *python.String) {
	switch {
	case managedARN.MatchString(s.Value) && len(s.Value) < 200:
		p.out = append(p.out, attached(s.Value, p.place(s.Span))...)
	case len(s.Value) <= maxPolicy && strings.Contains(s.Value, `"Statement"`) && strings.Contains(s.Value, "dynamodb:"):
		line := p.place(s.Span).Start.Line - 1
		for _, g := range byLines(p.file.Path, p.file.Source(s.Span)) {
			p.out = append(p.out, g.below(line, int(s.Start)))
		}
	}
}

// below moves a grant that was read out of a part of a file to its lines.
func (g grant) below(lines, offset int) grant {
	move := func(l *finding.Location) {
		l.Start.Line, l.End.Line = l.Start.Line+lines, l.End.Line+lines
		l.Start.Offset, l.End.Offset = l.Start.Offset+offset, l.End.Offset+offset
	}
	move(&g.at)
	for _, v := range []*policy.Values{&g.actions, &g.resources} {
		move(&v.Location)
		v.List = slices.Clone(v.List)
		for i := range v.List {
			move(&v.List[i].Location)
		}
	}
	return g
}

// values are an element's strings. What is made at run time is unresolved.
func (p *pythonGrants) values(e python.Expr) policy.Values {
	out := policy.Values{Present: true, Location: p.place(e.Pos())}
	list := []python.Expr{e}
	switch e := e.(type) {
	case *python.List:
		list = e.Elts
	case *python.Tuple:
		list = e.Elts
	}
	for _, v := range list {
		at := p.place(v.Pos())
		switch v := v.(type) {
		case *python.String:
			out.List = append(out.List, policy.Value{Text: v.Value, Location: at})
		case *python.FString:
			text := ""
			for _, part := range v.Parts {
				if s, ok := part.(*python.String); ok {
					text += s.Value
				} else {
					text += "${" + p.file.Source(part.Pos()) + "}"
				}
			}
			out.List = append(out.List, policy.Value{Text: text, Unresolved: true, Location: at})
		default:
			out.List = append(out.List, policy.Value{Text: "${" + p.file.Source(v.Pos()) + "}", Unresolved: true, Location: at})
		}
	}
	return out
}
