package iam

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
	"github.com/discreet-dev/discreet/internal/report"
	"github.com/discreet-dev/discreet/internal/template"
)

// Template is the file in which a policy that is no plain JSON document stands.
type Template struct {
	Path, Text, Format string
	Options            template.Options // with which it was read
}

// editable are the formats that somebody writes by hand: plans, states and what
// a tool synthesises are made anew.
func editable(format, path, text string) bool {
	switch format {
	case "Terraform", "CloudFormation", "SAM", "serverless.yml":
		return !strings.Contains(path, "cdk.out/") && !strings.HasPrefix(text, "\xef\xbb\xbf")
	}
	return false
}

// readings are what is read again of templates in one audit, within a bound: past
// it mends are words.
type readings struct {
	before map[string]template.Result // by path
	bytes  int
}

const maxReadings = 16 << 20 // bytes

func (r *readings) read(t *Template, text string) (template.Result, bool) {
	r.bytes += len(text)
	return template.ReadFile(t.Path, []byte(text), t.Options), r.bytes <= maxReadings
}

// mended reads a template again with its edits, and gives back the
// subject's policies as they stand then, by their documents before. ok is false
// where a policy is not found in the file alone, where any other policy of the
// file changes, or where the file is not as well understood as before.
func (r *readings) mended(t *Template, mine []*policy.Document, edits []finding.Edit) (map[*policy.Document]*policy.Document, bool) {
	text, err := report.Apply(t.Text, edits)
	if err != nil || r.bytes > maxReadings {
		return nil, false
	}
	before, known := r.before[t.Path]
	if !known {
		before, _ = r.read(t, t.Text)
		if r.before == nil {
			r.before = map[string]template.Result{}
		}
		r.before[t.Path] = before
	}
	after, ok := r.read(t, text)
	if !ok || len(before.Principals) != len(after.Principals) || len(after.Notices) > len(before.Notices) {
		return nil, false
	}
	out := map[*policy.Document]*policy.Document{}
	for i, p := range before.Principals {
		now := after.Principals[i]
		if now.ID != p.ID || len(now.Policies) != len(p.Policies) {
			return nil, false
		}
		for j, held := range p.Policies {
			d := documentAt(mine, held.Document.Location)
			switch {
			case d == nil && shape(&held.Document) != shape(&now.Policies[j].Document):
				return nil, false // the edit reaches further than the subject
			case d == nil:
			case out[d] != nil:
				return nil, false // others have the same policy
			default:
				one, _ := policy.FromNode(now.Policies[j].Document)
				if one == nil {
					return nil, false
				}
				out[d] = one
			}
		}
	}
	return out, len(out) == len(mine)
}

func documentAt(list []*policy.Document, at finding.Location) *policy.Document {
	for _, d := range list {
		if d.Location == at {
			return d
		}
	}
	return nil
}

// shape is all of a node but its places.
func shape(n *policy.Node) string {
	var b strings.Builder
	var write func(n *policy.Node)
	write = func(n *policy.Node) {
		b.WriteByte('0' + byte(n.Kind))
		b.Write(quoted(n.Text))
		for i := range n.Members {
			b.Write(quoted(n.Members[i].Name))
			write(&n.Members[i].Value)
		}
		for i := range n.Elements {
			write(&n.Elements[i])
		}
		b.WriteByte(';')
	}
	write(n)
	return b.String()
}
