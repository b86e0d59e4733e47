package draft

import (
	"cmp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/surface"
)

// A contract has at most 1 MB and 20,000 lines; these keep a draft well below.
const (
	maxTables     = 100
	maxAttributes = 200 // of an item type
	maxDeclared   = 3000
	maxRoutes     = 800
)

// table is a table on its way into the contract.
type table struct {
	part
	from            *surface.Table
	name            string
	partition, sort string
	keyGuessed      bool
	delimiter       string
	ttl             string
	indexes         []*index
	types           []*itemType
	composed        bool // the code composes its partition key
	templated       bool // some key is: item types stand under `items`
}

type index struct {
	part
	from *surface.Index
	note string
}

// use is an access with the route that makes it, or nil, and the type of the
// items, nil where several may be meant.
type use struct {
	*surface.Access
	route *surface.Route
	of    *itemType
}

// readTables declares the tables, with all that any access tells of them.
func (m *model) readTables() {
	names, types := map[string]bool{}, map[string]bool{}
	declared := 0
	for i := range m.app.Tables {
		from := &m.app.Tables[i]
		if len(m.tables) == maxTables || declared > maxDeclared {
			m.beyond++
			continue
		}
		t := &table{from: from, name: unique(names, tableName(from.Name), "table"), delimiter: "#"}
		uses := m.usesOf(from.Name)
		t.readKeys(uses)
		t.readIndexes(uses)
		t.readTypes(uses, types)
		for i := range uses {
			uses[i].of = t.typeOf(uses[i].Access)
		}
		for _, it := range t.types {
			it.declare(uses)
			declared += len(it.attributes)
		}
		m.tables = append(m.tables, t)
	}
}

// tableName keeps of a name what DynamoDB lets stand in one.
func tableName(name string) string {
	name = strings.Map(func(c rune) rune {
		if c < 0x80 && (c == '_' || c == '-' || c == '.' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z') {
			return c
		}
		return -1
	}, name)
	return name[:min(len(name), maxName)]
}

// usesOf are the accesses of a table, those of routes first.
func (m *model) usesOf(name string) []use {
	var out []use
	for i := range m.app.Routes {
		r := &m.app.Routes[i]
		for j := range r.Accesses {
			if r.Accesses[j].Table == name {
				out = append(out, use{Access: &r.Accesses[j], route: r})
			}
		}
	}
	for i := range m.app.Elsewhere {
		if m.app.Elsewhere[i].Table == name {
			out = append(out, use{Access: &m.app.Elsewhere[i]})
		}
	}
	return out
}

// tableOf is the table of an access, or nil.
func (m *model) tableOf(a *surface.Access) *table {
	i := slices.IndexFunc(m.tables, func(t *table) bool { return t.from.Name == a.Table })
	if i < 0 {
		return nil
	}
	return m.tables[i]
}

// readKeys takes the key's names over. A table of which no key is known cannot
// be declared.
func (t *table) readKeys(uses []use) {
	t.partition, t.sort, t.keyGuessed = t.from.PartitionKey, t.from.SortKey, !t.from.Declared
	if !writable(t.sort) || t.sort == t.partition {
		t.sort = ""
	}
	if !writable(t.partition) {
		t.partition = "id"
		t.sort = ""
		for _, f := range t.from.Fields {
			if f.Owner && writable(f.Name) && !strings.Contains(f.Name, ".") {
				t.partition = f.Name
				break
			}
		}
		t.out = "Which attribute is the partition key? The code does not tell."
	}
	if ttl := t.from.TTL; writable(ttl) && ttl != t.partition && ttl != t.sort {
		t.ttl = ttl
	}
	t.delimiter = delimiterOf(uses)
}

// readIndexes takes the indexes over, and guesses those that are only asked.
func (t *table) readIndexes(uses []use) {
	for i := range t.from.Indexes {
		x := &t.from.Indexes[i]
		if t.index(x.Name) != nil || tableName(x.Name) != x.Name || x.Name == "" || !writable(x.PartitionKey) && x.PartitionKey != "" {
			continue
		}
		kept := *x
		if !writable(kept.SortKey) || kept.SortKey == kept.PartitionKey {
			kept.SortKey = ""
		}
		made := &index{from: &kept}
		if !t.from.Declared {
			made.note = "guessed: keys"
		}
		t.indexes = append(t.indexes, made)
	}
	for _, u := range uses {
		if u.Index == "" || u.Index != tableName(u.Index) || t.index(u.Index) != nil {
			continue
		}
		var keys []string
		for _, b := range u.Bindings {
			if writable(b.Attribute) && !strings.Contains(b.Attribute, ".") && !slices.Contains(keys, b.Attribute) {
				keys = append(keys, b.Attribute)
			}
		}
		if len(keys) == 1 { // which of several is the key, nothing tells
			t.indexes = append(t.indexes, &index{from: &surface.Index{Name: u.Index, PartitionKey: keys[0]}, note: "guessed: key"})
		}
	}
	if t.ttl != "" && slices.Contains(t.keyNames(), t.ttl) {
		t.ttl = ""
	}
}

func (t *table) index(name string) *index {
	i := slices.IndexFunc(t.indexes, func(x *index) bool { return x.from.Name == name })
	if i < 0 {
		return nil
	}
	return t.indexes[i]
}

// local says that an index shares the table's partition key.
func (t *table) local(x *surface.Index) bool {
	return t.sort != "" && x.SortKey != "" && (x.PartitionKey == "" || x.PartitionKey == t.partition)
}

// keyNames are the key attributes of the table and its indexes, each once.
func (t *table) keyNames() []string {
	out := []string{t.partition}
	add := func(name string) {
		if writable(name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	add(t.sort)
	for _, x := range t.indexes {
		add(x.from.PartitionKey)
		add(x.from.SortKey)
	}
	return out
}

// keyType is the type of a key attribute, and whether it is known.
func (t *table) keyType(name string) (typ string, known bool) {
	switch name {
	case t.partition:
		typ = t.from.PartitionType
	case t.sort:
		typ = t.from.SortType
	}
	if typ == "" {
		if f := t.field(name); f != nil {
			typ = f.Type
		}
	}
	if typ == "S" || typ == "N" || typ == "B" {
		return typ, true
	}
	return "S", false
}

func (t *table) field(name string) *surface.Field {
	i := slices.IndexFunc(t.from.Fields, func(f surface.Field) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return &t.from.Fields[i]
}

// why says why a table is commented out: itself, or that all of its types are.
func (t *table) why() string {
	for _, it := range t.types {
		if it.out == "" {
			return t.out
		}
	}
	return cmp.Or(t.out, t.types[0].out)
}

// lines writes the table.
func (t *table) lines(w *writer) {
	if why := t.why(); why != "" {
		w.begin(2, why)
		defer w.end()
	} else if t.from.Setting {
		w.note(2, "The code takes this table's name from a setting: give it to `discreet serve` with --table "+t.name+"=NAME.")
	}
	w.line(2, &t.part, quote(t.name)+":", place(t.from.Location))
	guess := ""
	if t.out != "" {
		guess = "guessed"
	} else if t.keyGuessed {
		guess = "guessed: from how the code asks for items"
	}
	w.line(4, &t.part, "partition_key: "+attributeKey(t.partition), guess)
	if t.sort != "" {
		w.line(4, &t.part, "sort_key: "+attributeKey(t.sort), guess)
	}
	if t.delimiter != "#" {
		w.line(4, &t.part, "delimiter: "+quote(t.delimiter), "")
	}
	if t.ttl != "" {
		w.line(4, &t.part, "ttl: "+attributeKey(t.ttl), "")
	}
	if slices.ContainsFunc(t.indexes, func(x *index) bool { return x.out == "" }) {
		w.line(4, &t.part, "indexes:", "")
	}
	for _, x := range t.indexes {
		x.lines(w, t)
	}
	if !t.templated {
		w.line(4, &t.part, "attributes:", "")
		t.types[0].writeAttributes(w, 6)
		return
	}
	w.line(4, &t.part, "items:", "")
	for _, it := range t.types {
		it.lines(w)
	}
}

func (x *index) lines(w *writer, t *table) {
	if x.out != "" {
		w.note(6, quote(x.from.Name)+" is left out. "+x.out)
		return
	}
	var parts []string
	if !t.local(x.from) {
		parts = append(parts, "partition_key: "+attributeKey(x.from.PartitionKey))
	}
	if x.from.SortKey != "" {
		parts = append(parts, "sort_key: "+attributeKey(x.from.SortKey))
	}
	switch x.from.Projection {
	case "keys":
		parts = append(parts, "projection: keys")
	case "include":
		var names []string
		for _, n := range x.from.Include {
			if writable(n) && !slices.Contains(names, attributeKey(n)) {
				names = append(names, attributeKey(n))
			}
		}
		if len(names) > 0 {
			parts = append(parts, "projection: ["+strings.Join(names, ", ")+"]")
		} else {
			parts = append(parts, "projection: keys")
		}
	}
	w.line(6, &x.part, quote(x.from.Name)+": { "+strings.Join(parts, ", ")+" }", x.note)
}
