package template

import (
	"fmt"
	"strings"

	"github.com/discreet-dev/discreet/internal/policy"
)

// dump writes a result as the golden files have it: every policy as a tree with
// the line and column of each node, <> around what is unknown.
func dump(r Result) string {
	var b strings.Builder
	for _, t := range r.Tables {
		fmt.Fprintf(&b, "table %s %q %s:%d:%d\n", t.ID, t.Name, t.Path, t.Start.Line, t.Start.Column)
	}
	for _, p := range r.Principals {
		fmt.Fprintf(&b, "%s %s (%s) %s:%d:%d\n", p.Type, p.Name, p.ID, p.Path, p.Start.Line, p.Start.Column)
		for _, x := range p.Policies {
			fmt.Fprintf(&b, "  %s %s %s %s %s:%d:%d\n", x.Kind, x.Name, x.Format, x.ARN, x.Path, x.Start.Line, x.Start.Column)
			if x.Kind == AWSManaged && x.Document.Kind == policy.Object {
				fmt.Fprintf(&b, "    %d statements\n", len(x.Document.Get("Statement").Elements))
				continue
			}
			b.WriteString("    ")
			dumpNode(&b, &x.Document, "    ")
			b.WriteByte('\n')
			for _, u := range x.Unknown {
				fmt.Fprintf(&b, "    unknown %d:%d %s\n", u.Start.Line, u.Start.Column, u.Text)
			}
		}
	}
	for _, n := range r.Notices {
		fmt.Fprintf(&b, "notice %s:%d:%d %s\n", n.Path, n.Start.Line, n.Start.Column, n.Text)
	}
	return b.String()
}

func dumpNode(b *strings.Builder, n *policy.Node, indent string) {
	fmt.Fprintf(b, "%d:%d-%d:%d ", n.Start.Line, n.Start.Column, n.End.Line, n.End.Column)
	switch n.Kind {
	case policy.Object:
		b.WriteString("{")
		for i := range n.Members {
			m := &n.Members[i]
			fmt.Fprintf(b, "\n%s  %d:%d %s: ", indent, m.At.Start.Line, m.At.Start.Column, m.Name)
			dumpNode(b, &m.Value, indent+"  ")
		}
		b.WriteString("}")
	case policy.List:
		b.WriteString("[")
		for i := range n.Elements {
			b.WriteString("\n" + indent + "  ")
			dumpNode(b, &n.Elements[i], indent+"  ")
		}
		b.WriteString("]")
	case policy.Unresolved:
		b.WriteString("<" + n.Text + ">")
	default:
		b.WriteString(n.Text)
	}
}
