package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/surface"
	"github.com/discreet-dev/discreet/internal/template"
)

// terms are what a contract says of what the code does. A nil one knows no
// table.
type terms struct {
	contract *contract.Contract
	physical map[string]string // a table's name in DynamoDB to that in the contract
	known    map[string]*contract.Table
	made     []template.Table // what the infrastructure beside the code declares
	texts    []textFile
}

func newTerms(cfg Config, texts []textFile, made []template.Table) *terms {
	if cfg.Contract == nil {
		return nil
	}
	t := &terms{contract: cfg.Contract, physical: map[string]string{}, known: map[string]*contract.Table{}, made: made, texts: texts}
	for logical, physical := range cfg.Tables {
		t.physical[physical] = logical
	}
	return t
}

// table is the contract's table that the code knows by a name, nil without one.
// Names are matched as they are; the name of a setting is matched by its words,
// where one table alone has the same. Nothing else is guessed.
func (s *scanner) table(name string) *contract.Table {
	t := s.terms
	if t == nil || name == "" {
		return nil
	}
	if declared := s.survey.aliases[name]; declared != "" { // a model's
		name = declared
	}
	found, asked := t.known[name]
	if !asked {
		found = t.find(name, s.survey.settings[name])
		t.known[name] = found
	}
	return found
}

func (t *terms) find(name string, setting bool) *contract.Table {
	if logical, ok := t.physical[name]; ok {
		return t.contract.Table(logical)
	}
	if table := t.contract.Table(name); table != nil {
		return table
	}
	for _, m := range t.made { // by the name that a stack gives it
		if m.Name != name && m.ID != name && !(setting && m.Name != "" && assigned(name, m.Name, t.texts)) && !(setting && assigned(name, m.ID, t.texts)) {
			continue
		}
		for _, as := range []string{t.physical[m.Name], m.Name, m.ID} {
			if table := t.contract.Table(as); table != nil {
				return table
			}
		}
	}
	if !setting {
		return nil
	}
	var found *contract.Table
	for _, table := range t.contract.Tables {
		if tableWords(table.Name) == tableWords(name) {
			if found != nil {
				return nil
			}
			found = table
		}
	}
	return found
}

// tableWords are the words of a table's name, or of a setting's, without those
// that say that it is a table.
func tableWords(name string) string {
	var out strings.Builder
	for _, w := range strings.FieldsFunc(strings.ToLower(camelJoint.ReplaceAllString(name, "${1}_$2")), func(r rune) bool { return r == '_' || r == '-' || r == '.' }) {
		switch w {
		case "table", "name", "dynamodb", "dynamo", "ddb", "aws":
		default:
			out.WriteString(strings.TrimSuffix(w, "s"))
		}
	}
	return out.String()
}

// types are the item types that a read may give, nil where the contract does
// not know the table: those whose key templates what selects agrees with.
func (s *scanner) types(r *read) []*contract.ItemType {
	table := s.table(r.table)
	if table == nil {
		return nil
	}
	var out []*contract.ItemType
	for _, it := range table.Items {
		if !slices.ContainsFunc(r.bindings, func(b surface.Binding) bool { return b.Key && contradicts(it, b) }) {
			out = append(out, it)
		}
	}
	if out == nil {
		return table.Items
	}
	return out
}

// contradicts says whether a key that is selected by is another than a type's.
// Both are compared between delimiters, which no variable's value contains.
func contradicts(it *contract.ItemType, b surface.Binding) bool {
	key, ok := it.Keys[b.Attribute]
	if !ok || key.Whole || b.Template == "" || b.Operator != "eq" && b.Operator != "begins_with" {
		return false
	}
	var want strings.Builder
	for _, p := range key.Parts {
		if p.Variable != "" {
			want.WriteString("{}")
		} else {
			want.WriteString(p.Literal)
		}
	}
	have, parts := strings.Split(b.Template, it.Table.Delimiter), strings.Split(want.String(), it.Table.Delimiter)
	if len(have) > len(parts) || b.Operator == "eq" && len(have) < len(parts) {
		return true
	}
	for i, h := range have {
		w := parts[i]
		last := b.Operator == "begins_with" && i == len(have)-1
		if h != w && !strings.Contains(h+w, "{}") && !(last && strings.HasPrefix(w, h)) {
			return true
		}
	}
	return false
}

// classIn is the strictest class that the types give an attribute, by the path
// that the code takes to it; declared is false where none of them knows it.
func classIn(types []*contract.ItemType, field string) (class contract.Class, declared bool) {
	for _, it := range types {
		for _, a := range attributesAt(it, field) {
			if a != nil {
				class, declared = max(class, a.Class), true
			}
		}
	}
	if !declared {
		return contract.Internal, false
	}
	return class, true
}

// attributesAt are the attributes that a path is made of: one, or the variables
// of a key that is composed.
func attributesAt(it *contract.ItemType, field string) []*contract.Attribute {
	if key, ok := it.Keys[field]; ok && !key.Whole {
		var out []*contract.Attribute
		for _, v := range key.Variables() {
			out = append(out, it.Attributes[v])
		}
		return out
	}
	path := strings.Split(field, ".")
	a := it.Attributes[field]
	if a == nil {
		a = it.Attributes[path[0]]
		for _, name := range path[1:] {
			for a != nil && a.Of != nil {
				a = a.Of
			}
			if a == nil || a.Members[name] == nil {
				break // the rest is as open as what it is in
			}
			a = a.Members[name]
		}
	}
	if a == nil {
		return nil
	}
	return []*contract.Attribute{a}
}

// showsPath says whether a view shows what a path leads to, and whether in clear.
func showsPath(v *contract.View, field string) (shown, clear bool) {
	if key, ok := v.Of.Keys[field]; ok && !key.Whole { // a composed key tells its variables
		told := true
		for _, name := range key.Variables() {
			_, c := showsPath(v, name)
			told = told && c
		}
		if told {
			return true, true
		}
	}
	for _, x := range v.Show {
		var names []string
		for _, step := range x.Path {
			if !step.Element {
				names = append(names, step.Name)
			}
		}
		path := strings.Join(names, ".")
		if field == path || strings.HasPrefix(field, path+".") {
			shown, clear = true, clear || x.Mask == contract.NoMask
		}
	}
	return shown, clear
}

// views are those of the types that may be of use to whoever an entry answers.
func (s *scanner) views(e *entry, types []*contract.ItemType) []*contract.View {
	var out []*contract.View
	for _, v := range s.terms.contract.Views {
		if slices.Contains(types, v.Of) && !v.ServerOnly && reaches(v, e) {
			out = append(out, v)
		}
	}
	return out
}

// reaches says whether a view is for an entry's callers: anyone's for a route
// that asks for no login, also the signed-in ones' for one that does, and any
// for one that asks for a role.
func reaches(v *contract.View, e *entry) bool {
	switch {
	case e == nil || e.admin:
		return true
	case e.auth || e.knows:
		return v.Admits([]string{contract.RoleAnonymous, contract.RoleAuthenticated})
	}
	return v.Admits([]string{contract.RoleAnonymous})
}

// callerWords are whom an entry answers.
func callerWords(e *entry) string {
	switch {
	case e.admin:
		return "a caller with a role"
	case e.auth || e.knows:
		return "a signed-in caller"
	}
	return "a caller without a login"
}

// hidden are the attributes of the types that no view shows to an entry's
// callers in clear.
func (s *scanner) hidden(e *entry, types []*contract.ItemType) []string {
	views := s.views(e, types)
	var out []string
	for _, it := range types {
		for name := range it.Attributes {
			if !slices.Contains(out, name) && !slices.ContainsFunc(views, func(v *contract.View) bool { _, clear := showsPath(v, name); return clear }) {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return out
}

// strictest is the strictest class of some attributes.
func strictest(types []*contract.ItemType, names []string) contract.Class {
	out := contract.Ordinary
	for _, name := range names {
		class, _ := classIn(types, name)
		out = max(out, class)
	}
	return out
}
