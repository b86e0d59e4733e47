package contract

import "strings"

// String writes a path as the contract does: names joined by dots, `[]` for
// every element, backticks around a name that holds any of these.
func (p Path) String() string {
	var b strings.Builder
	for i, s := range p {
		switch {
		case s.Element:
			b.WriteString("[]")
			continue
		case i > 0:
			b.WriteByte('.')
		}
		if strings.ContainsAny(s.Name, ".[`") {
			b.WriteString("`" + strings.ReplaceAll(s.Name, "`", "``") + "`")
		} else {
			b.WriteString(s.Name)
		}
	}
	return b.String()
}

// Has reports whether q is p or leads into what p leads to.
func (p Path) Has(q Path) bool {
	if len(q) < len(p) {
		return false
	}
	for i := range p {
		if p[i] != q[i] {
			return false
		}
	}
	return true
}
