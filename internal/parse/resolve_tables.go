package parse

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/contract"
)

var (
	typeNames  = []string{"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"}
	classNames = []string{"ordinary", "personal", "internal", "secret"}
)

func (s *resolver) table(name, n *node) {
	t := &contract.Table{Name: name.text, Pos: name.pos, Delimiter: "#"}
	s.nodes[t] = n
	s.out.Tables = append(s.out.Tables, t)
	if !tableName.MatchString(t.Name) {
		s.broke(t, name.pos, "name", "use letters, digits, _, - and ., at most 255", "`%s` cannot name a table", clip(t.Name))
	}
	t.Partition = s.keyName(t, n.get("partition_key"))
	t.Sort = s.keyName(t, n.get("sort_key"))
	t.TTL = s.keyName(t, n.get("ttl"))
	t.Version = s.keyName(t, n.get("version"))
	if t.Partition == "" {
		s.broken[t] = true // reported already
	}
	if t.Sort != "" && t.Sort == t.Partition {
		s.broke(t, n.get("sort_key").pos, "key_twice", "name another attribute", "the sort key is the partition key")
	}
	if d := n.get("delimiter"); d != nil {
		t.Delimiter = d.text
		c, size := utf8.DecodeRuneInString(d.text)
		if size == 0 || size != len(d.text) || strings.ContainsRune("{}", c) || !unicode.IsPrint(c) {
			s.broke(t, d.pos, "delimiter", "one visible character, such as \"#\", that no value of a variable contains", "the delimiter is one character, and not a brace")
		}
	}
	for _, e := range n.get("indexes").sound() {
		s.index(t, e.key, e.value)
	}
	items, plain := n.get("items"), n.get("attributes")
	switch {
	case n.has("items") && n.has("attributes"):
		s.broke(t, n.key("attributes").pos, "items_or_attributes", "put the attributes into an item type", "a table has either `items` or `attributes`")
	case items != nil:
		for _, e := range items.sound() {
			s.plain(e.key, "an item type")
			s.itemType(t, e.key, e.value, e.value.get("attributes"))
		}
	case plain != nil:
		s.itemType(t, name, nil, plain)
	case !n.has("items") && !n.has("attributes"):
		s.fail(name.pos, "missing_key", "add `attributes`, or `items` for several item types", "`%s` declares no attributes", clip(t.Name))
	}
	if len(t.Items) == 0 {
		if items != nil && len(items.entries) == 0 {
			s.fail(items.pos, "empty_list", "name at least one item type", "there is no item type")
		}
		s.broken[t] = true
		return
	}
	s.settleKeys(t)
}

// keyName reads the name of a table's own attribute.
func (s *resolver) keyName(t *contract.Table, n *node) string {
	if n == nil {
		return ""
	}
	name, ok := s.attributeName(n)
	if !ok {
		s.broken[t] = true
	}
	return name
}

func (s *resolver) index(t *contract.Table, name, n *node) {
	x := &contract.Index{Name: name.text, Pos: name.pos, Projection: contract.Projection{All: true}}
	t.Indexes = append(t.Indexes, x)
	s.nodes[x] = n
	if hasBad(n) {
		s.broken[t] = true
	}
	if !tableName.MatchString(x.Name) {
		s.broke(t, name.pos, "name", "use letters, digits, _, - and ., at most 255", "`%s` cannot name an index", clip(x.Name))
	}
	for _, k := range n.get("partition_key").each() {
		x.Partition = append(x.Partition, s.keyName(t, k))
	}
	for _, k := range n.get("sort_key").each() {
		x.Sort = append(x.Sort, s.keyName(t, k))
	}
	if !n.has("partition_key") {
		x.Local, x.Partition = true, []string{t.Partition}
		switch {
		case t.Sort == "":
			s.broke(t, name.pos, "local_index", "give it a `partition_key`", "an index without a partition key is a local one, and the table has no sort key, so it can have none")
		case len(x.Sort) != 1:
			s.broke(t, name.pos, "local_index", "give it a `partition_key`, or exactly one `sort_key`", "an index without a partition key is a local one, and has exactly one sort key")
		}
	}
	if len(x.Partition) > 4 || len(x.Sort) > 4 {
		s.broke(t, n.pos, "key_count", "DynamoDB takes up to 4 and 4", "an index has at most 4 attributes in each part of its key")
	}
	seen := map[string]bool{}
	for _, k := range x.KeyNames() {
		if k != "" && seen[k] {
			s.broke(t, n.pos, "key_twice", "name each attribute once", "`%s` stands in the index's key twice", clip(k))
		}
		seen[k] = true
	}
	switch p := n.get("projection"); {
	case p == nil:
	case p.kind == listNode:
		x.Projection = contract.Projection{}
		for _, e := range p.each() {
			if attribute, ok := s.attributeName(e); ok {
				if contains(x.Projection.Names, attribute) {
					s.fail(e.pos, "duplicate", "name it once", "`%s` stands here twice", clip(attribute))
				}
				x.Projection.Names = append(x.Projection.Names, attribute)
			}
		}
	case p.text == "keys":
		x.Projection = contract.Projection{}
	}
}

// itemType reads one item type; n is nil for a table of one type.
func (s *resolver) itemType(t *contract.Table, name, n, attributes *node) {
	it := &contract.ItemType{
		Name: name.text, Pos: name.pos, Table: t,
		Keys: map[string]contract.Template{}, Attributes: map[string]*contract.Attribute{},
	}
	t.Items = append(t.Items, it)
	s.nodes[it] = n
	for _, e := range attributes.sound() {
		attribute, ok := s.attributeName(e.key)
		if !ok {
			s.broken[it] = true
			continue
		}
		it.Attributes[attribute] = s.attribute(it, attribute, e.key.pos, e.value, nil)
	}
	if hasBad(attributes) {
		s.broken[it] = true
	}
	keys := keyAttributes(t)
	for _, e := range n.get("key").sound() {
		key, ok := s.attributeName(e.key)
		if !ok {
			s.broken[it] = true
			continue
		}
		if !contains(keys, key) {
			s.broke(it, e.key.pos, "no_key_attribute", s.near(key, keys), "`%s` is no key attribute of the table or of an index", clip(key))
			continue
		}
		if template, ok := s.template(it, e.value); ok {
			it.Keys[key] = template
		}
	}
	s.keyTypes(it, keys)
	s.variables(it, keys)
	s.only(it, n.get("only"))
	for _, special := range []struct{ key, name string }{{"ttl", t.TTL}, {"version", t.Version}} {
		if special.name == "" {
			continue
		}
		at := s.nodes[t].get(special.key).pos
		if a := it.Attributes[special.name]; a != nil && (a.Type != contract.N || a.Variable) {
			s.broke(it, a.Pos, special.key, "declare it as N", "`%s` is the table's %s, and so a stored N", clip(special.name), special.key)
		}
		if contains(keys, special.name) {
			s.broke(t, at, special.key, "name an attribute that is no key", "`%s` is a key attribute", clip(special.name))
		}
	}
}

// hasBad reports whether a part of a mapping was reported already.
func hasBad(n *node) bool {
	if n == nil {
		return false
	}
	if n.bad {
		return true
	}
	for _, e := range n.entries {
		if hasBad(e.key) || hasBad(e.value) {
			return true
		}
	}
	for _, x := range n.items {
		if hasBad(x) {
			return true
		}
	}
	return false
}

// keyAttributes are the key attributes of a table and its indexes, each once.
func keyAttributes(t *contract.Table) []string {
	names := t.KeyNames()
	for _, x := range t.Indexes {
		for _, k := range x.KeyNames() {
			if !contains(names, k) {
				names = append(names, k)
			}
		}
	}
	return names
}

// keyTypes checks the types of key attributes and fills the whole templates.
func (s *resolver) keyTypes(it *contract.ItemType, keys []string) {
	for _, key := range keys {
		a := it.Attributes[key]
		if _, templated := it.Keys[key]; templated {
			switch {
			case a == nil:
				it.Attributes[key] = &contract.Attribute{Name: key, Pos: it.Pos, Type: contract.S, Class: contract.Internal}
			case a.Type != contract.S:
				s.broke(it, a.Pos, "template_type", "declare it as S, or drop the template", "`%s` is a key of type %s, and only S keys take templates", clip(key), a.Type)
			}
			continue
		}
		it.Keys[key] = contract.WholeTemplate(key)
		switch {
		case a != nil:
			if a.Type != contract.S && a.Type != contract.N && a.Type != contract.B {
				s.broke(it, a.Pos, "key_type", "a key attribute is an S, N or B", "`%s` is a key attribute of type %s", clip(key), a.Type)
			}
		case contains(it.Table.KeyNames(), key):
			if key != "" && !s.broken[it] {
				s.broke(it, it.Pos, "key_undeclared", "add it to `attributes`, as in `"+key+": S ordinary`, or give it a template under `key`", "item type `%s` does not declare its key attribute `%s`", clip(it.Name), clip(key))
			}
		default:
			implied := &contract.Attribute{Name: key, Pos: it.Pos, Type: contract.S, Class: contract.Internal}
			it.Attributes[key] = implied
			s.implied[implied] = true
		}
	}
}

// variables declares the variables of the templates as attributes.
func (s *resolver) variables(it *contract.ItemType, keys []string) {
	for _, key := range keys {
		template := it.Keys[key]
		if template.Whole {
			continue
		}
		for _, v := range template.Variables() {
			a := it.Attributes[v]
			if own, isKey := it.Keys[v]; isKey {
				switch {
				case a == nil:
					continue // the key is declared nowhere, which was reported
				case !own.Whole:
					s.broke(it, it.Pos, "template", "name another variable", "`{%s}` in the template of `%s` is itself a key with a template", clip(v), clip(key))
				case s.implied[a]:
					delete(s.implied, a)
					a.Class = contract.Ordinary
				}
			} else if a == nil {
				a = &contract.Attribute{Name: v, Pos: it.Pos, Type: contract.S, Class: contract.Ordinary}
				it.Attributes[v] = a
				a.Variable = true
			} else {
				a.Variable = true
			}
			if a.Type != contract.S && a.Type != contract.N {
				s.broke(it, a.Pos, "template_type", "declare it as S or N", "`%s` is a variable of a template, and of type %s", clip(v), a.Type)
			}
			if v == it.Table.TTL || v == it.Table.Version {
				s.broke(it, it.Pos, "template", "name another variable", "`{%s}` is the table's ttl or version", clip(v))
			}
		}
	}
}

// settleKeys gives an implied key attribute the type that other item types of
// the table declare, and refuses two types of one key.
func (s *resolver) settleKeys(t *contract.Table) {
	for _, key := range keyAttributes(t) {
		var declared *contract.Attribute
		for _, it := range t.Items {
			a := it.Attributes[key]
			if a == nil || s.implied[a] {
				continue
			}
			if declared != nil && a.Type != declared.Type {
				s.broke(t, a.Pos, "key_type", "a key attribute has one type in the whole table", "`%s` is of type %s here, and of type %s in another item type", clip(key), a.Type, declared.Type)
			}
			declared = a
		}
		for _, it := range t.Items {
			if a := it.Attributes[key]; declared != nil && s.implied[a] {
				a.Type = declared.Type
			}
		}
	}
}

func (s *resolver) only(it *contract.ItemType, n *node) {
	for _, e := range n.sound() {
		name, ok := s.attributeName(e.key)
		if !ok {
			s.broken[it] = true
			continue
		}
		a := it.Attributes[name]
		if a == nil {
			a = &contract.Attribute{Name: name, Pos: e.key.pos, Class: contract.Internal, Type: map[nodeKind]contract.Type{
				textNode: contract.S, integerNode: contract.N, floatNode: contract.N, boolNode: contract.BOOL,
			}[e.value.kind]}
			it.Attributes[name] = a
		}
		if _, isKey := it.Keys[name]; isKey || a.Variable || name == it.Table.TTL || name == it.Table.Version {
			s.broke(it, e.key.pos, "only", "name a stored attribute; keys are told apart by their templates", "`%s` is a key, a variable, the ttl or the version", clip(name))
			continue
		}
		if c, ok := s.constant(e.value, a); ok {
			it.Only = append(it.Only, contract.Constraint{Attribute: a, Value: c})
		} else {
			s.broken[it] = true
		}
	}
	sort.SliceStable(it.Only, func(i, j int) bool { return it.Only[i].Attribute.Name < it.Only[j].Attribute.Name })
}

// template reads `TENANT#{tenant}`. A variable's value ends at the delimiter or
// at the end of the key, so that a stored key reads back in one way only.
func (s *resolver) template(it *contract.ItemType, n *node) (contract.Template, bool) {
	t := contract.Template{Delimiter: it.Table.Delimiter}
	refuse := func(mend, why string) (contract.Template, bool) {
		s.broke(it, n.pos, "template", mend, "%s", why)
		return t, false
	}
	rest := n.text
	seen := map[string]bool{}
	for rest != "" {
		open := strings.IndexAny(rest, "{}")
		if open != 0 {
			if open < 0 {
				open = len(rest)
			}
			literal := rest[:open]
			if len(t.Parts) > 0 && !strings.HasPrefix(literal, t.Delimiter) {
				return refuse("write the delimiter `"+t.Delimiter+"` after the variable, or set the table's `delimiter`", "a variable ends at the delimiter or at the end of the key")
			}
			t.Parts = append(t.Parts, contract.Part{Literal: literal})
			rest = rest[open:]
			continue
		}
		end := strings.IndexByte(rest, '}')
		if rest[0] == '}' || end < 0 {
			return refuse("write {name}", "a brace is open or closed alone")
		}
		name := rest[1:end]
		rest = rest[end+1:]
		switch {
		case !claimName.MatchString(name):
			return refuse("a variable is letters, digits and _, as in {user_id}", "`{"+clip(name)+"}` is no variable")
		case seen[name]:
			return refuse("name each variable once in a template", "`{"+name+"}` stands in the template twice")
		case len(t.Parts) > 0 && t.Parts[len(t.Parts)-1].Variable != "":
			return refuse("write the delimiter `"+t.Delimiter+"` between them", "two variables follow each other with no delimiter between them")
		}
		seen[name] = true
		t.Parts = append(t.Parts, contract.Part{Variable: name})
	}
	switch {
	case len(t.Parts) == 0:
		return refuse("write a template such as USER#{user}", "the template is empty")
	case len(n.text) > 1024:
		return refuse("DynamoDB's sort keys have at most 1024 bytes", "the template is too long")
	}
	return t, true
}
