package draft

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/surface"
)

// attribute is a declared attribute, or a member of one.
type attribute struct {
	part
	name    string
	typ     string
	class   string
	guessed []string // type, class
	why     string   // of the guess
	members []*attribute
	owner   bool // its value is whose the item is
}

// evidence is what is known of an attribute before it is declared.
type evidence struct {
	field *surface.Field
	owner bool
	// answered says that a route for everyone shows it by name, sent that a
	// caller's value is stored in it.
	answered, sent bool
	clock          bool // the table's time to live
}

var types = []string{"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"}

// declare makes the attributes of a type: keys first, the others by name.
func (it *itemType) declare(uses []use) {
	known := it.evidence(uses)
	for _, key := range it.table.keyNames() {
		if _, composed := it.keys[key]; composed {
			continue
		}
		if e, ok := known[key]; ok {
			it.attributes = append(it.attributes, it.key(key, e))
		}
		delete(known, key)
	}
	for _, key := range it.table.keyNames() {
		for i, v := range it.keys[key].variables {
			if named(it.attributes, v) == nil && it.isOwner(uses, key, i) {
				it.attributes = append(it.attributes, &attribute{name: v, typ: "S", class: "personal", owner: true})
			}
		}
	}
	if ttl := it.table.ttl; ttl != "" {
		e := known[ttl]
		e.clock = true
		known[ttl] = e
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if len(it.attributes) < maxAttributes {
			it.add(name, known[name])
		}
	}
	for _, a := range it.attributes {
		a.settle("")
	}
}

// evidence gathers what is known of every attribute of the type.
func (it *itemType) evidence(uses []use) map[string]evidence {
	out := map[string]evidence{}
	note := func(name string, more func(*evidence)) {
		if name == "" || name == "*" {
			return
		}
		e := out[name]
		more(&e)
		out[name] = e
	}
	for i := range it.table.from.Fields {
		f := &it.table.from.Fields[i]
		if it.mayHave(uses, f.Name) {
			note(f.Name, func(e *evidence) { e.field, e.owner = f, f.Owner })
		}
	}
	certain := it.table.keyNames()
	if len(it.table.types) > 1 { // not every type is in every index
		certain = []string{it.table.partition, it.table.sort}
	}
	for _, key := range certain {
		note(key, func(*evidence) {})
	}
	for _, u := range uses {
		if u.of != it {
			continue
		}
		forAll := u.route != nil && !u.route.Restricted
		for _, a := range u.Shows {
			note(a.Name, func(e *evidence) { e.answered = e.answered || forAll })
		}
		for _, a := range u.Writes {
			note(a.Name, func(e *evidence) { e.sent = e.sent || fromCaller(a.Source) })
		}
		for _, b := range u.Bindings {
			note(b.Attribute, func(e *evidence) { e.owner = e.owner || b.Owner })
		}
	}
	for _, key := range it.table.keyNames() {
		if _, composed := it.keys[key]; composed {
			delete(out, key)
		}
	}
	return out
}

// mayHave says whether items of the type may have an attribute: where accesses of
// other types alone speak of it, they have not.
func (it *itemType) mayHave(uses []use, name string) bool {
	others := false
	for _, u := range uses {
		speaks := func(list []surface.Attribute) bool {
			return slices.ContainsFunc(list, func(a surface.Attribute) bool { return a.Name == name })
		}
		if !speaks(u.Shows) && !speaks(u.Reads) && !speaks(u.Writes) {
			continue
		}
		if u.of == it || u.of == nil {
			return true
		}
		others = true
	}
	return !others
}

func fromCaller(s surface.Source) bool {
	switch s {
	case surface.FromPath, surface.FromQuery, surface.FromBody, surface.FromHeader:
		return true
	}
	return false
}

// isOwner says whether a part of a composed key is whose the item is.
func (it *itemType) isOwner(uses []use, key string, i int) bool {
	for _, u := range uses {
		if b := it.binding(u.Access, key, i); b != nil && b.Owner && u.of == it && it.table.template(u.Access, key) != "" {
			return true
		}
	}
	return false
}

// key declares a key attribute. Where its name tells nothing it is ordinary:
// keys are what paths are made of.
func (it *itemType) key(name string, e evidence) *attribute {
	a := &attribute{name: name, owner: e.owner}
	typ, known := it.table.keyType(name)
	if a.typ = typ; !known {
		a.guessed = append(a.guessed, "type")
	}
	if e.field != nil {
		a.class = e.field.Class
	}
	if a.class == "" {
		a.class = "ordinary"
		if a.owner {
			a.class = "personal"
		}
		a.guessed = append(a.guessed, "class")
	}
	return a
}

// add declares an attribute, or a member where the name is dotted.
func (it *itemType) add(name string, e evidence) {
	steps := strings.Split(name, ".")
	if len(steps) > 6 || slices.ContainsFunc(steps, func(s string) bool { return !writable(s) }) {
		return
	}
	list := &it.attributes
	for i, step := range steps {
		a := named(*list, step)
		if a == nil {
			a = &attribute{name: step}
			*list = append(*list, a)
		}
		if i == len(steps)-1 {
			a.tell(e)
			if i > 0 {
				a.owner = false
			}
			return
		}
		if a.typ != "" && a.typ != "M" {
			return // a part of a text or a set is no member
		}
		list = &a.members
	}
}

// tell takes in what is known.
func (a *attribute) tell(e evidence) {
	a.owner = e.owner
	if e.field != nil {
		a.typ, a.class = e.field.Type, e.field.Class
	}
	if e.clock { // DynamoDB deletes by it
		a.typ, a.class = "N", cmp.Or(a.class, "internal")
	}
	if a.class == "" && (e.answered || e.sent) && !power.MatchString(a.name) && !inner.MatchString(a.name) {
		a.class = "personal"
		a.guessed = append(a.guessed, "class")
		a.why = "the code shows it by name"
		if !e.answered {
			a.why = "callers send it"
		}
	}
}

var classes = []string{"ordinary", "personal", "internal", "secret"}

// settle fills in what nothing tells: S, M for what has members, and internal.
// A part is at least as sensitive as the whole.
func (a *attribute) settle(least string) {
	if !slices.Contains(types, a.typ) {
		a.typ = "S"
		if len(a.members) > 0 {
			a.typ = "M"
		}
		a.guessed = append([]string{"type"}, a.guessed...)
	}
	if a.typ != "M" {
		a.members = nil
	}
	if !slices.Contains(classes, a.class) {
		a.class = "internal"
		if len(a.members) > 0 {
			a.class = cmp.Or(least, "ordinary") // each member says its own
		} else {
			a.guessed = append(a.guessed, "class")
		}
	}
	if slices.Index(classes, a.class) < slices.Index(classes, least) {
		a.class = least
	}
	for _, m := range a.members {
		m.settle(a.class)
	}
}

func named(list []*attribute, name string) *attribute {
	i := slices.IndexFunc(list, func(a *attribute) bool { return a.name == name })
	if i < 0 {
		return nil
	}
	return list[i]
}

// find is a declared attribute by its dotted path, or a variable of a key; nil
// where there is none.
func (it *itemType) find(path string) *attribute {
	list := it.attributes
	var a *attribute
	for _, step := range strings.Split(path, ".") {
		if a = named(list, step); a == nil || a.out != "" {
			break
		}
		list = a.members
	}
	if a != nil && a.out == "" {
		return a
	}
	for _, t := range it.keys {
		if slices.Contains(t.variables, path) && named(it.attributes, path) == nil {
			return &attribute{name: path, typ: "S", class: "ordinary"}
		}
	}
	return nil
}

// writeAttributes writes the declarations.
func (it *itemType) writeAttributes(w *writer, indent int) {
	wide := 0
	for _, a := range it.attributes {
		if n := len([]rune(attributeKey(a.name))); n <= 28 && len(a.members) == 0 {
			wide = max(wide, n)
		}
	}
	for _, a := range it.attributes {
		a.lines(w, indent, wide)
	}
	if !slices.ContainsFunc(it.attributes, func(a *attribute) bool { return a.out == "" }) {
		w.line(indent, &it.part, "{}", "") // the variables of its key are all
	}
}

func (a *attribute) lines(w *writer, indent, wide int) {
	note := ""
	if len(a.guessed) > 0 {
		note = "guessed: " + strings.Join(a.guessed, ", ")
		if a.why != "" {
			note += ", since " + a.why
		}
	}
	if a.out != "" {
		w.note(indent, quote(a.name)+" is left out. "+a.out)
		return
	}
	key := attributeKey(a.name) + ":"
	if len(a.members) > 0 {
		w.line(indent, &a.part, key, note)
		w.line(indent+2, &a.part, "type: M", "")
		w.line(indent+2, &a.part, "class: "+a.class, "")
		w.line(indent+2, &a.part, "attributes:", "")
		for _, m := range a.members {
			m.lines(w, indent+4, 0)
		}
		return
	}
	pad := max(0, wide+1-len([]rune(key)))
	declared := a.typ + " " + a.class
	if a.typ == "NULL" {
		declared = `"` + declared + `"`
	}
	if note != "" {
		declared += strings.Repeat(" ", max(0, len("S ordinary")-len(declared)))
	}
	w.line(indent, &a.part, key+strings.Repeat(" ", pad)+" "+declared, note)
}
