package explain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// WriteText writes the explanation for a person.
func (e Explanation) WriteText(w io.Writer) error {
	b := &bytes.Buffer{}
	fmt.Fprintf(b, "%s\n", e.Request)
	fmt.Fprintf(b, "  as        %s, roles %s\n", orNone(e.Principal.ID), orNone(strings.Join(e.Principal.Roles, ", ")))
	if e.Route != "" {
		fmt.Fprintf(b, "  route     %s (%s)\n", e.Route, e.Operation)
	}
	for _, v := range e.Views {
		fmt.Fprintf(b, "  view      %s: %s\n", v.View, v.Why)
	}
	if !e.Allowed {
		fmt.Fprintf(b, "refused: %d %s\n", e.Status, e.Error)
		if e.Cause != "" {
			fmt.Fprintf(b, "  because   %s\n", e.Cause)
		}
		_, err := w.Write(b.Bytes())
		return err
	}
	fmt.Fprintf(b, "allowed: %d\n", e.Status)
	for i, r := range e.Requests {
		fmt.Fprintf(b, "  request   %s", r.Action)
		if r.When != "" {
			fmt.Fprintf(b, " (%s)", r.When)
		}
		b.WriteByte('\n')
		if i == 0 || r.When == "" {
			b.WriteString("            ")
			if err := json.Indent(b, r.Body, "            ", "  "); err != nil {
				return err
			}
			b.WriteByte('\n')
		}
	}
	if len(e.Requests) == 0 {
		fmt.Fprint(b, "  request   none: the parameters and the scope have nothing in common\n")
	}
	for _, c := range e.Checks {
		fmt.Fprintf(b, "  check     %s\n", c)
	}
	for _, a := range e.Attributes {
		fmt.Fprintf(b, "  shows     %s", a.Name)
		if a.Name != a.Path {
			fmt.Fprintf(b, " (stored as %s)", a.Path)
		}
		if a.Mask != "" {
			fmt.Fprintf(b, ", masked: %s", a.Mask)
		}
		if several(e.Attributes) {
			fmt.Fprintf(b, ", by %s", a.View)
		}
		b.WriteByte('\n')
	}
	_, err := w.Write(b.Bytes())
	return err
}

func several(list []Attribute) bool {
	return slices.ContainsFunc(list, func(a Attribute) bool { return a.View != list[0].View })
}

func orNone(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}
