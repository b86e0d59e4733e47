package scan

import (
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

// converterName are the names of functions that give what they are given, in
// another form. Those that check, count, hash, sign or send are none.
var converterName = regexp.MustCompile(`(?i)^(to|from|as|into|lower|strip|clean|convert|conv|decode|deserial|serial|normal|transform|format|parse|camel|snake|replace|jsonify|simplify|marshal|dump|struct)`)

// converted is what a library's class or converter makes of items: what it lets
// through is not known, and whose they are is.
func converted(c *pyflow.Call) *pyflow.Value {
	for _, r := range c.Callee.RefList() {
		// Of the tree's own, that keep what they are given by field.
		if k, ok := r.(*pyflow.Class); ok && (isModel(k) || isForm(k) && k.Method("__init__") == nil) {
			return nil
		}
	}
	class := strings.HasSuffix(c.Name, "()") // made by a call: create_model(...)(...)
	if last := lastPart(c.Name); !class {
		class = last != "" && 'A' <= last[0] && last[0] <= 'Z'
		if !class && !converterName.MatchString(last) {
			return nil
		}
	}
	out := &pyflow.Value{}
	for _, t := range templated(c.All()) {
		m, ok := t.Mark.(dataMark)
		if !ok || m.level == levelName || m.level == levelLastKey {
			continue
		}
		if class && m.level == levelField && len(c.Args) > 0 {
			continue // a value that something is made with: a key, a name
		}
		out.Marks = append(out.Marks, t)
	}
	if len(out.Marks) == 0 {
		return nil
	}
	if strings.Count(c.Name, "(") >= 8 { // f = f(item), again and again
		return out
	}
	return pyflow.Join(out, pyflow.Of(pyflow.External(c.Name+"()")))
}
