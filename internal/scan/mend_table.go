package scan

import (
	"slices"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

// tableFacts is what the code tells of a table.
type tableFacts struct {
	// attributes are those of its items that may be shown: all that the code stores
	// or selects by, but for the sensitive ones. Nil where the code does not tell
	// them all: an item that is a caller's JSON has what the caller likes.
	attributes []string
	key        string // the partition key; "id" where nothing tells it
	owner      string // where the verified caller is stored; "owner_id" likewise
}

// table are the facts of one table, gathered once. All that is not known by name
// is one table, of which nothing is told.
func (m *mender) table(name string) tableFacts {
	if f, ok := m.tables[name]; ok {
		return f
	}
	f := tableFacts{key: "id", owner: "owner_id"}
	if name != "" {
		f = m.gather(name, f)
	}
	m.tables[name] = f
	return f
}

func (m *mender) gather(name string, f tableFacts) tableFacts {
	var stored []string
	whole, told := false, true
	for _, w := range m.s.writes {
		if w.table != name {
			continue
		}
		whole = whole || w.put
		told = told && len(w.item.Marks)+len(w.item.Refs) == 0 && w.item.Elem == nil && len(w.item.Fields) > 0
		for _, a := range w.item.FieldNames() {
			stored = append(stored, a)
			if f.owner == "owner_id" && ownsItem(a, w.item.Fields[a]) {
				f.owner = a
			}
		}
	}
	var keys []string
	for _, r := range m.s.reads {
		if r.table == name && r.op == "get_item" {
			keys = append(keys, r.attrs...)
		}
	}
	slices.Sort(keys)
	if i := slices.IndexFunc(keys, mayBeNamed); i >= 0 {
		f.key = keys[i]
	}
	if whole && told {
		f.attributes = slices.DeleteFunc(append(stored, keys...), func(a string) bool { return isSensitive(a) || isCredential(a) || a == "" })
		slices.Sort(f.attributes)
		f.attributes = slices.Compact(f.attributes)
	}
	return f
}

// ownsItem says whether an attribute holds who the item is of.
func ownsItem(name string, v *pyflow.Value) bool {
	c, _ := classify(v)
	return c == classPrincipal && mayBeNamed(name)
}

// mayBeNamed says whether an attribute can stand in a view or a key.
func mayBeNamed(name string) bool {
	return plainAttribute.MatchString(name) && !isSensitive(name) && !isCredential(name)
}
