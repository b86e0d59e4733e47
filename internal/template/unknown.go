package template

import (
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// unknowns are the references that could not be followed. While a text is put
// together, a mark of two private-use characters around a number stands for
// each, so that the parts around it can be joined, and JSON around it parsed;
// settle makes an Unresolved node of every text with a mark in it.
type unknowns struct {
	list   []unknown
	notice func(finding.Location, string)
}

type unknown struct{ reference, reason string }

const (
	markOpen   = '\uE0F0'
	markClose  = '\uE0F1'
	maxMarks   = 100_000
	maxWritten = 2000 // bytes of an unresolved text as it is reported
)

// mark is the text that stands for a reference.
func (u *unknowns) mark(reference, reason string) string {
	if len(u.list) < maxMarks {
		u.list = append(u.list, unknown{reference, reason})
	}
	return string(markOpen) + strconv.Itoa(len(u.list)-1) + string(markClose)
}

// node is a String node that settle makes Unresolved.
func (u *unknowns) node(at finding.Location, reference, reason string) policy.Node {
	return policy.Node{Kind: policy.String, Text: u.mark(reference, reason), Location: at}
}

func marked(text string) bool { return strings.ContainsRune(text, markOpen) }

// open reports whether anything in a tree is unknown, looking at no more than
// budget nodes.
func open(n *policy.Node, budget *int) bool {
	if *budget--; *budget < 0 || n.Kind == policy.Unresolved || n.Kind == policy.String && marked(n.Text) {
		return true
	}
	for i := range n.Elements {
		if open(&n.Elements[i], budget) {
			return true
		}
	}
	for i := range n.Members {
		if open(&n.Members[i].Value, budget) || marked(n.Members[i].Name) {
			return true
		}
	}
	return false
}

// written is a text as a person can read it: ${reference} for every mark.
func (u *unknowns) written(text string) (string, []string) {
	var b strings.Builder
	var reasons []string
	for {
		before, rest, found := strings.Cut(text, string(markOpen))
		b.WriteString(before)
		if !found || b.Len() > maxWritten {
			break
		}
		number, after, closed := strings.Cut(rest, string(markClose))
		i, err := strconv.Atoi(number)
		if !closed || err != nil || i < 0 || i >= len(u.list) {
			text = rest
			continue
		}
		b.WriteString("${" + u.list[i].reference + "}")
		reasons = append(reasons, u.list[i].reference+": "+u.list[i].reason)
		text = after
	}
	out := b.String()
	if len(out) > maxWritten {
		out = strings.ToValidUTF8(out[:maxWritten], "") + "..."
	}
	return out, reasons
}

// settle makes a finished tree of one with marks: the copy that a policy keeps.
// spent counts its nodes against the bound of the whole reading.
func (r *reader) settle(n policy.Node, reasons *[]finding.Notice, depth int) policy.Node {
	if r.nodes++; r.nodes > maxNodes || depth > policy.MaxDepth {
		if r.nodes == maxNodes+1 || depth > policy.MaxDepth {
			r.notice(n.Location, "the policies are too large or too deep together: the rest is unknown")
		}
		*reasons = append(*reasons, finding.Notice{Location: n.Location, Text: "too large or too deep to read"})
		return policy.Node{Kind: policy.Unresolved, Text: "too large", Location: n.Location}
	}
	switch n.Kind {
	case policy.Object:
		members := make([]policy.Member, 0, len(n.Members))
		for _, m := range n.Members {
			if marked(m.Name) {
				// A name that is unknown may be any element: nothing is known of the object.
				return r.settle(policy.Node{Kind: policy.String, Text: m.Name, Location: m.At}, reasons, depth)
			}
			m.Value = r.settle(m.Value, reasons, depth+1)
			members = append(members, m)
		}
		n.Members = members
	case policy.List:
		elements := make([]policy.Node, 0, len(n.Elements))
		for _, e := range n.Elements {
			elements = append(elements, r.settle(e, reasons, depth+1))
		}
		n.Elements = elements
	case policy.String:
		if !marked(n.Text) {
			break
		}
		text, why := r.unknowns.written(n.Text)
		if len(why) == 0 {
			break // the characters stand in the file itself
		}
		n.Kind, n.Text = policy.Unresolved, text
		for _, reason := range why {
			*reasons = append(*reasons, finding.Notice{Location: n.Location, Text: reason})
		}
	case policy.Unresolved:
		*reasons = append(*reasons, finding.Notice{Location: n.Location, Text: n.Text})
	}
	return n
}
