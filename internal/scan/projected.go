package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

// projection are the attributes that a read asks for, nil where no constant
// says which, or where all are.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
func projection(c *pyflow.Call) []string {
	var out []string
	add := func(name string) {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(out, name) && len(out) < 64 {
			out = append(out, name)
		}
	}
	names := c.Arg(-1, "ExpressionAttributeNames")
	expression := c.Arg(-1, "ProjectionExpression")
	if len(expression.Deep()) > 0 {
		return nil // a caller's, or made of what a caller sent
	}
	for _, text := range expression.Texts() {
		for path := range strings.SplitSeq(text, ",") {
			parts := strings.Split(strings.TrimSpace(path), ".")
			for i, p := range parts {
				if n := names.Field(p).Text(); n != "" {
					parts[i] = n
				}
			}
			add(strings.Join(parts, "."))
		}
	}
	if list := c.Arg(-1, "AttributesToGet"); list != nil && len(list.Deep()) == 0 {
		for _, text := range list.Elem.Texts() {
			add(text)
		}
	}
	return out
}

// narrowed says whether a projection is put together by the code: no constant
// says of what, but it is not for the caller to say, and is seldom all.
func narrowed(c *pyflow.Call) bool {
	expression := c.Arg(-1, "ProjectionExpression")
	return expression != nil && len(expression.Deep()) == 0 && len(expression.Texts()) == 0
}

// chosen judges the attributes of an item that a projection has picked: they
// are shown as if the route had named them.
func (s *scanner) chosen(e *entry, m dataMark, x shown) {
	m.level = levelField
	for _, name := range m.read.shows {
		m.field = name
		s.reportSensitive(e, m, x)
	}
}
