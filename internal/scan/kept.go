package scan

import (
	"maps"
	"regexp"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// hashedSecret are attributes in which the proof of a credential is kept.
var hashedSecret = regexp.MustCompile(`(?i)(passw|pwd|salt|^hashed|hash$)`)

// kept is an item after a write has stored it: the passwords and hashes in it are
// the table's, also where the code goes on with the item that it has made and not
// with one that it reads. Of what else the caller has sent it is told nothing new.
func (s *scanner) kept(f *pyflow.Frame, c *pyflow.Call, table string, item *pyflow.Value) *pyflow.Value {
	if item == nil || item.Shape != pyflow.Dict {
		return item
	}
	var out *pyflow.Value
	for _, name := range item.FieldNames() {
		if !hashedSecret.MatchString(name) || isPart(item.Fields[name], isCredential(name)) {
			continue
		}
		if out == nil {
			out = &pyflow.Value{Shape: item.Shape, Refs: item.Refs, Marks: item.Marks, Elem: item.Elem, Fields: maps.Clone(item.Fields)}
		}
		r := &read{op: c.Method, at: f.Place(c.At), in: frameTitle(f), fn: f.Func(), table: table, scope: classPrincipal, stores: true}
		r.id = placeKey(r.at) + "/stored"
		out.Fields[name] = pyflow.Join(item.Fields[name], pyflow.Marked(dataMark{read: r, level: levelField, field: name}, r.at, "stored as "+name))
	}
	if out == nil {
		return item
	}
	return out
}

// isPart says whether a value is known to be a table's, or a caller's that is no
// credential.
func isPart(v *pyflow.Value, credential bool) bool {
	for _, t := range v.Deep() {
		switch t.Mark.(type) {
		case dataMark:
			return true
		case clientMark, namedMark:
			if !credential {
				return true
			}
		}
	}
	return false
}

// putBack gives the variable that a write's item came from what the write made
// of it.
func (s *scanner) putBack(f *pyflow.Frame, c *pyflow.Call, argument string) {
	for i := range c.At.Keywords {
		k := &c.At.Keywords[i]
		if _, ok := k.Value.(*python.Name); !ok || k.Name != argument {
			continue
		}
		item := c.Keywords[argument]
		if out := s.kept(f, c, tableOf(c), item); out != item {
			f.Replace(k.Value, out)
		}
	}
}
