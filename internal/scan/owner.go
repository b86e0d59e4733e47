package scan

import (
	"slices"
	"strings"
	"unicode"

	"github.com/discreet-dev/discreet/internal/pyflow"
)

// ownerless says whether the code stores items in a read's table and keeps with
// none of them whose it is, nor anything about a person: what nobody owns is
// there for all who may call. Where an item may hold more than is known, or where
// nothing is stored, it cannot be said.
func (s *scanner) ownerless(r *read) bool {
	stored := false
	for _, w := range s.writes {
		if r.table == "" || w.table != r.table {
			continue
		}
		if w.item.Elem != nil || len(w.item.Marks) > 0 || len(w.item.Fields) == 0 {
			return false
		}
		stored = true
		for name, v := range w.item.Fields {
			if c, _ := classify(v); identityName.MatchString(name) || isPersonal(name) || c == classPrincipal || c == classEither || keyOfPerson(v) {
				return false
			}
		}
	}
	return stored
}

// keyOfPerson says whether a value is a key that says whose the item is, as where
// one table holds items of several kinds: CUSTOMER#{}.
func keyOfPerson(v *pyflow.Value) bool {
	for _, t := range v.Deep() {
		if m, ok := t.Mark.(templateMark); ok && slices.ContainsFunc(strings.FieldsFunc(m.text, notLetter), identityName.MatchString) {
			return true
		}
	}
	return false
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }
