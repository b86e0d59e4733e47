package scan

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/surface"
)

// tables are those that the source declares or asks for, by name, with their
// keys. The accesses get the declared names.
func (s *scanner) tables(texts []textFile) map[string]*surface.Table {
	declared := s.declared()
	var accesses []*surface.Access
	for i := range s.survey.notes {
		if a := s.survey.notes[i].access; a != nil {
			accesses = append(accesses, a)
		}
	}
	s.rename(accesses, declared, texts)
	out := map[string]*surface.Table{}
	for i := range declared {
		if t := &declared[i]; out[t.Name] == nil {
			out[t.Name] = t
		}
	}
	for _, a := range accesses {
		if a.Table == "" {
			continue
		}
		t := out[a.Table]
		if t == nil {
			t = &surface.Table{Name: a.Table, Setting: s.survey.settings[a.Table], Location: a.Location}
			out[a.Table] = t
		}
		if orderOf(a.Location, t.Location) < 0 && !t.Declared {
			t.Location = a.Location
		}
		if !t.Declared {
			guessKeys(t, a)
		}
	}
	for i := range s.survey.notes {
		n := &s.survey.notes[i]
		if n.access == nil || out[n.access.Table] == nil || len(n.item) == 0 {
			continue
		}
		// What is put is selected by the keys in it.
		t := out[n.access.Table]
		for _, b := range n.item {
			if b.Attribute == t.PartitionKey || b.Attribute == t.SortKey {
				b.Key = true
				n.access.Bindings = append(n.access.Bindings, b)
			}
		}
		n.access.Scope = scopeOfBindings(n.access.Bindings)
	}
	return out
}

// fill adds the tables to an app, with their fields.
func (s *scanner) fill(app *surface.App, tables map[string]*surface.Table) {
	for _, a := range everyAccess(app) {
		if t := tables[a.Table]; t != nil {
			s.fields(t, a)
		}
	}
	for _, name := range sortedKeys(tables) {
		t := tables[name]
		s.keyFields(t)
		slices.SortFunc(t.Fields, func(a, b surface.Field) int { return strings.Compare(a.Name, b.Name) })
		slices.SortFunc(t.Indexes, func(a, b surface.Index) int { return strings.Compare(a.Name, b.Name) })
		app.Tables = append(app.Tables, *t)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// everyAccess are the accesses of an app, to be changed in place.
func everyAccess(app *surface.App) []*surface.Access {
	var out []*surface.Access
	for i := range app.Routes {
		for j := range app.Routes[i].Accesses {
			out = append(out, &app.Routes[i].Accesses[j])
		}
	}
	for i := range app.Elsewhere {
		out = append(out, &app.Elsewhere[i])
	}
	return out
}

var (
	partitionName = regexp.MustCompile(`(?i)^(pk|partition_?key|hash_?key|gsi\d*_?pk)$`)
	sortName      = regexp.MustCompile(`(?i)^(sk|sort_?key|range_?key|gsi\d*_?sk)$`)
	rangeLike     = map[string]bool{"begins_with": true, "between": true, "lt": true, "lte": true, "gt": true, "gte": true}
)

// guessKeys learns a table's keys from what a call selects by.
func guessKeys(t *surface.Table, a *surface.Access) {
	partition, sort := &t.PartitionKey, &t.SortKey
	if a.Index != "" {
		i := slices.IndexFunc(t.Indexes, func(x surface.Index) bool { return x.Name == a.Index })
		if i < 0 {
			i = len(t.Indexes)
			t.Indexes = append(t.Indexes, surface.Index{Name: a.Index})
		}
		partition, sort = &t.Indexes[i].PartitionKey, &t.Indexes[i].SortKey
	}
	var keys []surface.Binding
	for _, b := range a.Bindings {
		if b.Key && b.Attribute != "" && !slices.ContainsFunc(keys, func(k surface.Binding) bool { return k.Attribute == b.Attribute }) {
			keys = append(keys, b)
		}
	}
	if len(keys) == 0 || len(keys) > 2 {
		return
	}
	// The sort key is the one that is compared otherwise than by equality, or that
	// is called so; of two, the one that stands second.
	at := -1
	for i, b := range keys {
		if rangeLike[b.Operator] || sortName.MatchString(b.Attribute) || b.Attribute == *sort {
			at = i
		}
	}
	if len(keys) == 2 && at < 0 {
		at = 1
		if partitionName.MatchString(keys[1].Attribute) || keys[1].Attribute == *partition {
			at = 0
		}
	}
	for i, b := range keys {
		if i == at {
			*sort = cmp.Or(*sort, b.Attribute)
		} else {
			*partition = cmp.Or(*partition, b.Attribute)
		}
	}
}

// fields adds what an access tells of a table's attributes.
func (s *scanner) fields(t *surface.Table, a *surface.Access) {
	for _, x := range a.Shows {
		s.field(t, x.Name, x.Location, a.Table).set(true, false, false)
	}
	for _, x := range a.Reads {
		s.field(t, x.Name, x.Location, a.Table).set(false, true, false)
	}
	for _, x := range a.Writes {
		s.field(t, x.Name, x.Location, a.Table).set(false, false, true)
	}
	for _, b := range a.Bindings {
		if b.Key {
			s.field(t, b.Attribute, a.Location, a.Table)
		}
	}
}

type fieldRef struct{ *surface.Field }

func (f fieldRef) set(shown, read, written bool) {
	if f.Field != nil {
		f.Shown, f.Read, f.Written = f.Shown || shown, f.Read || read, f.Written || written
	}
}

func (s *scanner) field(t *surface.Table, name string, at finding.Location, table string) fieldRef {
	if name == "*" || name == "" {
		return fieldRef{}
	}
	if base, _, nested := strings.Cut(name, "."); nested {
		f := s.field(t, base, at, table)
		if f.Field != nil {
			f.Type = cmp.Or(f.Type, "M")
		}
	}
	i := slices.IndexFunc(t.Fields, func(f surface.Field) bool { return f.Name == name })
	if i < 0 {
		i = len(t.Fields)
		t.Fields = append(t.Fields, surface.Field{Name: name, Class: classNamed(name), Location: at})
	}
	f := &t.Fields[i]
	if orderOf(at, f.Location) < 0 {
		f.Location = at
	}
	f.Type = cmp.Or(f.Type, s.typeNamed(t, name))
	return fieldRef{f}
}

// typeNamed is what has been learned of an attribute's type, under whatever name
// the code has for the table.
func (s *scanner) typeNamed(t *surface.Table, name string) string {
	for _, as := range s.namesOf(t.Name) {
		if kind := s.survey.types[typed{as, name}]; kind != "" {
			return kind
		}
	}
	if flagged(name) {
		return "BOOL"
	}
	return ""
}

// namesOf are the names by which the code knows a table.
func (s *scanner) namesOf(table string) []string {
	out := []string{table}
	for _, as := range sortedKeys(s.survey.aliases) {
		if s.survey.aliases[as] == table {
			out = append(out, as)
		}
	}
	return out
}

// keyFields makes the keys fields, with the types that are declared.
func (s *scanner) keyFields(t *surface.Table) {
	add := func(name, kind string) {
		if f := s.field(t, name, t.Location, t.Name); f.Field != nil {
			f.Type = cmp.Or(kind, f.Type)
		}
	}
	add(t.PartitionKey, t.PartitionType)
	add(t.SortKey, t.SortType)
	if t.TTL != "" {
		add(t.TTL, "N")
	}
	if !t.Declared {
		for i := range t.Fields {
			switch f := &t.Fields[i]; f.Name {
			case t.PartitionKey:
				t.PartitionType = f.Type
			case t.SortKey:
				t.SortType = f.Type
			}
		}
	}
}

var plainName = regexp.MustCompile(`(?i)(^|_)(id|uuid|status|state|type|kind|title|version|count|quantity|timestamp|enabled|active)$|(created|updated)(_at|_on|_date)?$`)

// classNamed is how sensitive an attribute is by its name, "" where the name
// tells nothing.
func classNamed(name string) string {
	switch {
	case isSensitive(name):
		return "secret"
	case isPersonal(name), identityName.MatchString(lastPart(name)):
		return "personal"
	case plainName.MatchString(lastPart(name)):
		return "ordinary"
	}
	return ""
}
