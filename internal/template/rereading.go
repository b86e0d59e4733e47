package template

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// Written is a file in which policies stand, as it was read.
type Written struct {
	Path, Text string
	Options    Options
}

// Editable reports whether somebody writes a file of that format by hand: plans,
// states and what a tool synthesises are made anew.
func Editable(format, path, text string) bool {
	return slices.Contains([]string{"Terraform", "CloudFormation", "SAM", "serverless.yml"}, format) &&
		!strings.Contains(path, "cdk.out/") && !strings.HasPrefix(text, byteOrderMark)
}

// Readings are what is read again of edited files, within a bound: past it no
// edit is proved.
type Readings struct {
	before map[string]Result // by path
	bytes  int
}

const maxReadings = 16 << 20 // bytes

func (r *Readings) read(w *Written, text string) (Result, bool) {
	r.bytes += len(text)
	return ReadFile(w.Path, []byte(text), w.Options), r.bytes <= maxReadings
}

// Mended reads a file again as it is after an edit, and gives back mine, the
// policies that the edit is for, as they stand then. ok is false where one is
// not found in the file alone, where any other policy of the file changes, or
// where the file is not as well understood as before.
func (r *Readings) Mended(w *Written, edited string, mine []*policy.Document) (now map[*policy.Document]*policy.Document, ok bool) {
	if r.bytes > maxReadings {
		return nil, false
	}
	before, known := r.before[w.Path]
	if !known {
		before, _ = r.read(w, w.Text)
		if r.before == nil {
			r.before = map[string]Result{}
		}
		r.before[w.Path] = before
	}
	after, ok := r.read(w, edited)
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
		b.WriteString(QuoteJSON(n.Text))
		for i := range n.Members {
			b.WriteString(QuoteJSON(n.Members[i].Name))
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
