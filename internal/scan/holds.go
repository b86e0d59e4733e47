package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// What a table holds is told by its name; where that is not known, by the words
// that the code puts its name together from; and by the attributes that the code
// declares for it or stores in it.

// nameHint are the words of the expression that gives a call its table's name:
// a setting's name, the end of an f-string.
func nameHint(c *pyflow.Call) string {
	var words []string
	collect := func(e python.Expr) {
		python.Inspect(e, func(n python.Node) bool {
			switch n := n.(type) {
			case *python.String:
				words = append(words, n.Value)
			case *python.Attribute:
				words = append(words, n.Attr)
			case *python.Name:
				words = append(words, n.ID)
			}
			return len(words) < 16
		})
	}
	if c.Method == "Table" && len(c.At.Args) > 0 {
		collect(c.At.Args[0])
	}
	for i := range c.At.Keywords {
		if k := &c.At.Keywords[i]; k.Name == "TableName" || k.Name == "name" && c.Method == "Table" {
			collect(k.Value)
		}
	}
	return strings.Join(words, " ")
}

// hintOf is what a call tells of a table whose name is not known.
func hintOf(c *pyflow.Call) string {
	if c.Receiver != nil {
		for _, t := range c.Receiver.Marks {
			if m, ok := t.Mark.(tableMark); ok && m.hint != "" {
				return m.hint
			}
		}
	}
	return nameHint(c)
}

// declared are the attributes of a PynamoDB model, and its table's name.
func declared(model *pyflow.Value) (attributes []string, table string) {
	for _, r := range model.RefList() {
		c, ok := r.(*pyflow.Class)
		if i, is := r.(*pyflow.Instance); is {
			c, ok = i.Class, true
		}
		if !ok {
			continue
		}
		for _, name := range c.Names() {
			if slices.ContainsFunc(c.Attr(name).Externals(), func(x string) bool { return strings.Contains(x, "Attribute") }) {
				attributes = append(attributes, name)
			}
		}
		for _, meta := range c.Attr("Meta").RefList() {
			if m, ok := meta.(*pyflow.Class); ok {
				table = m.Attr("table_name").Text()
			}
		}
	}
	return attributes, table
}

// ofPeople says whether the attributes that are declared for a table, or stored
// in it, are such as people have: how they are reached, how they sign in.
func (s *scanner) ofPeople(r *read) bool {
	person := func(name string) bool { return reachName.MatchString(name) || isCredential(name) }
	return slices.ContainsFunc(r.declared, person) || len(s.stored(r.table, person)) > 0
}
