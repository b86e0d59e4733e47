package draft

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/surface"
)

// binding is an attribute and the principal's value.
type binding struct{ attribute, value string }

// binding is what an access binds the i-th variable of a key to, or nil.
func (it *itemType) binding(a *surface.Access, key string, i int) *surface.Binding {
	var found []*surface.Binding
	for j := range a.Bindings {
		if b := &a.Bindings[j]; b.Attribute == key && equals(b) {
			if b.Source == surface.FromPrincipal && len(it.variables(key)) == 1 {
				return b
			}
			found = append(found, b)
		}
	}
	if i < len(found) && (len(found) > 1 || len(it.variables(key)) == 1) {
		return found[i]
	}
	return nil
}

// bind gives each part of the key its value: the principal's, the path's, or a
// new one. What names a user is the principal's own id, whatever the code takes.
func (c *candidate) bind(m *model) {
	keys := []string{c.table.partition}
	if c.table.sort != "" {
		keys = append(keys, c.table.sort)
	}
	if x := c.table.index(c.index); x != nil {
		keys = []string{c.table.partition}
		if writable(x.from.PartitionKey) {
			keys[0] = x.from.PartitionKey
		}
		if x.from.SortKey != "" {
			keys = append(keys, x.from.SortKey)
		}
	}
	if c.restrict {
		c.ask("Which role may %s these items? The code asks for one.", c.verb())
	}
	if c.access.Operation == "Scan" {
		c.ask("Who may read every item? The code scans the whole table, and so does each request.")
		c.any = true
		return
	}
	for n, key := range keys {
		for i, v := range c.of.variables(key) {
			c.bindPart(m, v, c.of.binding(c.access, key, i), n > 0 && c.operation == "list")
		}
	}
	for i := range c.access.Bindings {
		b := &c.access.Bindings[i]
		if b.Attribute == "" || slices.Contains(keys, b.Attribute) && equals(b) || strings.Contains(b.Attribute, ".") {
			continue
		}
		if _, composed := c.of.keys[b.Attribute]; composed {
			continue
		}
		switch {
		case b.Source == surface.FromPrincipal && (equals(b) || b.Operator == "contains"):
			c.scoped(b.Attribute, m.claim(b))
		case b.Source == surface.FromQuery && c.operation == "list":
			c.filters = append(c.filters, b)
		}
	}
	if len(c.scope) == 0 {
		c.ownedBy()
	}
}

// bindPart gives one part of a key its value; optional is a sort key of a list.
func (c *candidate) bindPart(m *model, v string, b *surface.Binding, optional bool) {
	a := c.of.find(v)
	owner := (a != nil && a.owner || b != nil && b.Owner) && !c.own() // one of a key's parts is enough
	source := surface.Unknown
	if b != nil {
		source = b.Source
	}
	switch {
	case source == surface.FromPrincipal:
		c.scoped(v, m.claim(b))
	case owner && !c.restrict && (b != nil || !optional):
		c.scoped(v, "principal.id")
		if fromCaller(source) {
			c.note("the code lets the caller name any %s; here it is the caller's own alone", v)
		} else {
			c.note("guessed: %s is the caller's own id", v)
		}
		if source == surface.FromPath {
			c.renamed[b.Name] = v
		}
	case source == surface.FromPath:
		c.renamed[b.Name] = v
	case optional:
	case fromCaller(source):
		c.appended = append(c.appended, v)
		c.note("the code takes %s from the %s; here it stands in the path", v, source)
	case c.operation == "create" && a != nil && a.typ != "S":
		c.ask("Which %s does a new item get? It is no text, and {new_id} is one.", v)
	case c.operation == "create":
		c.newID = append(c.newID, v)
	case source == surface.FromConstant:
		c.ask("Who may see the items that the code names itself? Their %s is a constant there.", v)
		c.appended, c.any = append(c.appended, v), true
	default:
		c.ask("Where does %s come from? The code does not tell.", v)
		c.appended = append(c.appended, v)
	}
}

// own says that the scope binds the principal's own id.
func (c *candidate) own() bool {
	return slices.ContainsFunc(c.scope, func(b binding) bool { return b.value == "principal.id" })
}

func (c *candidate) scoped(attribute, value string) {
	if a := c.of.find(attribute); a != nil && a.typ == "SS" {
		value = "{ contains: " + value + " }"
	}
	if !slices.ContainsFunc(c.scope, func(b binding) bool { return b.attribute == attribute }) {
		c.scope = append(c.scope, binding{attribute, value})
	}
}

// ownedBy binds the attribute that says whose an item is, where there is exactly
// one.
func (c *candidate) ownedBy() {
	var owners []string
	for _, a := range c.of.attributes {
		if a.owner && a.out == "" && (a.typ == "S" || a.typ == "N") {
			owners = append(owners, a.name)
		}
	}
	switch {
	case c.access.Scope == surface.Principal && len(owners) != 1:
		c.any = true
		c.ask("Which attribute says whose these items are? The code asks whether they are the caller's own, in a way that could not be followed.")
	case c.restrict || len(owners) == 0:
		c.any = true
		c.ask("Who may %s these items? The code binds them to nobody.", c.verb())
	case len(owners) > 1:
		c.any = true
		c.ask("Whose are these items: of whom %s names? The code binds them to nobody.", strings.Join(owners, " or "))
	default:
		c.scoped(owners[0], "principal.id")
		c.note("the code reaches anybody's items; here %s must be the caller's own id (guessed)", owners[0])
	}
}

func (c *candidate) bound(attribute string) bool {
	return slices.ContainsFunc(c.scope, func(b binding) bool { return b.attribute == attribute })
}

func (c *candidate) verb() string {
	if c.operation == "list" || c.operation == "get" {
		return "read"
	}
	return c.operation
}
