package draft

import (
	"cmp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/surface"
)

// itemType is a kind of item: its key templates, and its attributes.
type itemType struct {
	part
	name  string
	table *table
	// pk and sk are the templates of the table's key as the code has them,
	// "USER#{}"; "" is an attribute as it is.
	pk, sk     string
	keys       map[string]template
	attributes []*attribute
}

// template is a key as the contract has it: literals, and a variable between any
// two of them.
type template struct {
	literals, variables []string
}

func (t template) String() string {
	var b strings.Builder
	for i, literal := range t.literals {
		b.WriteString(literal)
		if i < len(t.variables) {
			b.WriteString("{" + t.variables[i] + "}")
		}
	}
	return b.String()
}

// delimiterOf is the sign at which the variables of a table's keys end.
func delimiterOf(uses []use) string {
	const signs = "#:|/~"
	votes := map[rune]int{}
	for _, u := range uses {
		for _, b := range u.Bindings {
			literals := strings.Split(b.Template, "{}")
			if len(literals) < 2 {
				continue
			}
			for i, literal := range literals {
				r := []rune(literal)
				switch {
				case len(r) == 0:
				case i > 0 && strings.ContainsRune(signs, r[0]):
					votes[r[0]] += 10 // a variable ends here
				case i == 0 && strings.ContainsRune(signs, r[len(r)-1]):
					votes[r[len(r)-1]]++
				}
			}
		}
	}
	best := '#'
	for _, c := range signs {
		if votes[c] > votes[best] {
			best = c
		}
	}
	return string(best)
}

// template is how an access composes a key, "" for not at all. Only an S is
// composed. A constant partition composes where other accesses have a variable
// in it: else it is one item that the code names.
func (t *table) template(a *surface.Access, key string) string {
	if typ, _ := t.keyType(key); typ != "S" || key == "" {
		return ""
	}
	for _, b := range a.Bindings {
		if b.Attribute == key && equals(&b) && plainTemplate(b.Template) && (key != t.partition || t.composed || strings.Contains(b.Template, "{}")) {
			return b.Template
		}
	}
	return ""
}

// prefix is what a sort key is asked to begin with, up to the first variable.
func (t *table) prefix(a *surface.Access) string {
	for _, b := range a.Bindings {
		if before, _, _ := strings.Cut(b.Template, "{}"); b.Attribute == t.sort && b.Operator == "begins_with" && plainTemplate(before) {
			return before
		}
	}
	return ""
}

// equals says that a binding asks for one value.
func equals(b *surface.Binding) bool { return b.Operator == "" || b.Operator == "eq" }

// plainTemplate says whether a composed key is literals and {} alone.
func plainTemplate(t string) bool {
	bare := strings.ReplaceAll(t, "{}", "")
	return t != "" && (bare == "" || writable(bare)) && strings.Count(t, "{}") <= 8 && t != "{}"
}

// binds says whether an access gives an attribute one value.
func binds(a *surface.Access, name string) bool {
	return slices.ContainsFunc(a.Bindings, func(b surface.Binding) bool { return b.Attribute == name && equals(&b) })
}

// kinds are the pairs of templates by which the code tells items apart.
func (t *table) kinds(uses []use) []*itemType {
	var out []*itemType
	has := func(pk string, fits func(sk string) bool) bool {
		return slices.ContainsFunc(out, func(k *itemType) bool { return k.pk == pk && fits(k.sk) })
	}
	add := func(pk, sk string) {
		if !has(pk, func(other string) bool { return other == sk }) && len(out) < 20 {
			out = append(out, &itemType{table: t, pk: pk, sk: sk})
		}
	}
	plain := false // some item is asked for by keys as they are
	for _, u := range uses {
		pk, sk := t.template(u.Access, t.partition), t.template(u.Access, t.sort)
		switch {
		case t.sort != "" && !binds(u.Access, t.sort):
		case pk+sk != "":
			add(pk, sk)
		default:
			plain = plain || binds(u.Access, t.partition)
		}
	}
	if plain && !t.composed {
		return nil // constants among keys of any other form tell nothing apart
	}
	for _, u := range uses {
		pk, begin := t.template(u.Access, t.partition), t.prefix(u.Access)
		if begin != "" && !has(pk, func(sk string) bool { return strings.HasPrefix(sk, begin) }) && (pk != "" || !plain) {
			add(pk, begin+"{}")
		}
	}
	for _, u := range uses { // a whole partition, of which no item is asked for by itself
		if pk := t.template(u.Access, t.partition); pk != "" && !has(pk, func(string) bool { return true }) {
			add(pk, "")
		}
	}
	return out
}

// readTypes tells item types apart by the keys that the code composes. Those of
// more literals come first: where two are one, the check refuses the later.
func (t *table) readTypes(uses []use, taken map[string]bool) {
	t.composed = slices.ContainsFunc(uses, func(u use) bool {
		return slices.ContainsFunc(u.Bindings, func(b surface.Binding) bool {
			return b.Attribute == t.partition && strings.Contains(b.Template, "{}")
		})
	})
	kinds := t.kinds(uses)
	composed := slices.ContainsFunc(uses, func(u use) bool {
		return slices.ContainsFunc(t.keyNames(), func(key string) bool { return strings.Contains(t.template(u.Access, key), "{}") })
	})
	if len(kinds) == 0 {
		name := t.name
		if composed {
			name = unique(taken, pascal(t.name), "Item")
		}
		t.types, t.templated = []*itemType{{table: t, name: name}}, composed
	} else {
		slices.SortStableFunc(kinds, func(a, b *itemType) int {
			return len(strings.ReplaceAll(b.pk+b.sk, "{}", "")) - len(strings.ReplaceAll(a.pk+a.sk, "{}", ""))
		})
		for _, k := range kinds {
			k.name = unique(taken, cmp.Or(pascal(word(k.sk)), pascal(word(k.pk))), "Item")
		}
		t.types, t.templated = kinds, true
	}
	for _, it := range t.types {
		it.compose(uses)
	}
}

// word is the last word of the literals of a template.
func word(t string) string {
	literals := strings.Split(t, "{}")
	for i := len(literals) - 1; i >= 0; i-- {
		if m := lastWord.FindStringSubmatch(literals[i]); m != nil {
			return m[1]
		}
	}
	return ""
}

// compose names the variables of the type's templates: by the words before them,
// else by what the code calls their values.
func (it *itemType) compose(uses []use) {
	it.keys = map[string]template{}
	for _, key := range it.table.keyNames() {
		text := it.templateOf(key, uses)
		if text == "" {
			continue
		}
		called := it.called(key, text, uses)
		made := template{literals: strings.Split(text, "{}")}
		for i := range len(made.literals) - 1 {
			name := snake(word(made.literals[i]))
			if name == "" && i < len(called) {
				name = snake(called[i])
			}
			made.variables = append(made.variables, it.variable(made.variables, name, key))
		}
		it.keys[key] = made
	}
}

// templateOf is the form of a key in items of the type. A constant in an index is
// a value that items may have, and not their form.
func (it *itemType) templateOf(key string, uses []use) string {
	switch key {
	case it.table.partition:
		return it.pk
	case it.table.sort:
		return it.sk
	}
	for _, u := range uses {
		if len(it.table.types) > 1 && !it.isKeyOf(u.Access) {
			continue
		}
		if text := it.table.template(u.Access, key); strings.Contains(text, "{}") {
			return text
		}
	}
	return ""
}

// called are the names that the code has for what a template is composed of.
func (it *itemType) called(key, text string, uses []use) []string {
	var out []string
	for _, u := range uses {
		if it.table.template(u.Access, key) != text {
			continue
		}
		for _, b := range u.Bindings {
			if b.Attribute == key {
				out = append(out, b.Name)
			}
		}
		break
	}
	return out
}

// variable is a name that is no key's and no stored attribute's.
func (it *itemType) variable(before []string, name, key string) string {
	taken := map[string]bool{strings.ToLower(it.table.ttl): true}
	for _, k := range it.table.keyNames() {
		taken[strings.ToLower(k)] = true
	}
	for _, f := range it.table.from.Fields {
		taken[strings.ToLower(f.Name)] = true
	}
	for _, v := range before {
		taken[v] = true
	}
	if taken[name] && name != "" && !taken[name+"_id"] {
		name += "_id"
	}
	return unique(taken, name, snake(key)+"_part")
}

// isKeyOf says whether an access is by the type's own key.
func (it *itemType) isKeyOf(a *surface.Access) bool {
	return it.table.template(a, it.table.partition) == it.pk && it.table.template(a, it.table.sort) == it.sk && (it.pk+it.sk != "" || len(it.table.types) == 1)
}

// typeOf is the item type that an access is of; nil where several may be, or
// none.
func (t *table) typeOf(a *surface.Access) *itemType {
	if len(t.types) == 1 {
		return t.types[0]
	}
	var found []*itemType
	pk := t.template(a, t.partition)
	for _, it := range t.types {
		switch {
		case it.isKeyOf(a):
			return it
		case it.pk == pk && !binds(a, t.sort) && strings.HasPrefix(it.sk, t.prefix(a)) && slices.ContainsFunc(a.Bindings, func(b surface.Binding) bool { return b.Attribute == t.partition }):
			found = append(found, it)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return nil
}

// variables are what a key attribute is made of: the attribute itself where it
// is not composed.
func (it *itemType) variables(key string) []string {
	if t, composed := it.keys[key]; composed {
		return t.variables
	}
	return []string{key}
}

// lines writes the type under `items`.
func (it *itemType) lines(w *writer) {
	if it.out != "" {
		w.begin(6, it.out)
		defer w.end()
	}
	w.line(6, &it.part, quote(it.name)+":", "")
	var keys []string
	for _, key := range it.table.keyNames() {
		if t, composed := it.keys[key]; composed {
			keys = append(keys, attributeKey(key)+`: "`+strings.ReplaceAll(strings.ReplaceAll(t.String(), `\`, `\\`), `"`, `\"`)+`"`)
		}
	}
	if len(keys) > 0 {
		w.line(8, &it.part, "key: { "+strings.Join(keys, ", ")+" }", "guessed: as the code composes it")
	}
	w.line(8, &it.part, "attributes:", "")
	it.writeAttributes(w, 10)
}
