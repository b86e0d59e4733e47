package plan

import (
	"slices"
	"strconv"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/body"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/item"
)

// Creation is a new item on its way into the table.
type Creation struct {
	Operation
	// Item is what is stored, as DynamoDB JSON, for the view to show: nothing
	// of it needs to be read back.
	Item []byte
}

const maxItem = 400 << 10 // bytes; DynamoDB's limit

// Create plans a new item: what the body may set, what the scope and the path
// bind, what the contract sets, and every key composed from its template. It
// never replaces an item that is there.
func (p *Plan) Create(g access.Grant, text []byte, m Moment) (Creation, error) {
	if err := p.allows(g); err != nil {
		return Creation{}, err
	}
	members, bad := body.Object(text)
	if bad != nil {
		return Creation{}, bad
	}
	v := g.View()
	tree := writableOf(v)
	list, bad := tree.changes(members, nil, "")
	if bad != nil {
		return Creation{}, bad
	}
	n := newItem{grant: g, item: item.Item{}, variables: map[string]string{}}
	for _, c := range list {
		if bad := n.change(c); bad != nil {
			return Creation{}, bad
		}
	}
	for _, s := range v.OnCreate {
		text, ok := m.text(s.Value, s.Attribute.Type, g.Principal())
		if !ok || !n.put(s.Attribute, text) {
			return Creation{}, fault.Because(fault.Forbidden, "no value to set %s to", s.Attribute.Name)
		}
	}
	for _, c := range g.Checks() {
		if bad := n.bind(c.Condition); bad != nil {
			return Creation{}, bad
		}
	}
	for _, c := range v.Of.Only {
		n.put(c.Attribute, c.Value.Text)
	}
	if t := v.Of.Table; t.Version != "" {
		n.item[t.Version] = item.Value{Kind: item.KindN, Str: "1"}
	}
	if bad := n.keys(tree); bad != nil {
		return Creation{}, bad
	}
	if item.Size(n.item) > maxItem {
		return Creation{}, fault.New(fault.TooLarge, nil)
	}
	return p.put(g, n.item, m), nil
}

// put is the PutItem. An expired item that waits for its sweep counts as
// absent, as it does for a read.
func (p *Plan) put(g access.Grant, it item.Item, m Moment) Creation {
	var e expression
	t := g.View().Of.Table
	condition := "attribute_not_exists(" + e.name(t.Partition) + ")"
	if t.TTL != "" && g.OwnsKey() {
		n := e.name(t.TTL)
		condition += " OR (attribute_type(" + n + "," + e.scalar(contract.S, "N") + ") AND " + n + " <= " +
			e.scalar(contract.N, strconv.FormatInt(m.Now.Unix(), 10)) + ")"
	}
	c := Creation{Item: item.AppendItem(nil, it)}
	b := begin(p.table)
	b = append(append(b, `,"Item":`...), c.Item...)
	b = append(b, `,"ConditionExpression":`...)
	b = item.AppendString(b, condition)
	b = e.members(b)
	c.Operation = Operation{"PutItem", append(b, '}')}
	return c
}

// newItem is an item being put together.
type newItem struct {
	grant     access.Grant
	item      item.Item
	variables map[string]string
}

func (n *newItem) change(c change) *fault.Fault {
	if c.value.Kind == 'n' && c.attribute.Type != contract.NULL {
		return nil // null is the absence that a new item has anyway
	}
	if c.attribute.Type == contract.M {
		c.value = withoutNulls(c.value)
	}
	v, bad := body.Typed(c.value, c.attribute, c.where)
	if bad != nil {
		return bad
	}
	if c.attribute.Variable {
		if v.Str == "" {
			return fault.Bad(c.where, "takes text that is not empty")
		}
		n.variables[c.attribute.Name] = v.Str
		return nil
	}
	into := n.item
	for _, name := range c.path[:len(c.path)-1] {
		m, ok := into[name]
		if !ok {
			m = item.Value{Kind: item.KindM, Map: item.Item{}}
			into[name] = m
		}
		into = m.Map
	}
	into[c.path[len(c.path)-1]] = v
	return nil
}

// withoutNulls is an object as RFC 7396 merges it into nothing.
func withoutNulls(n body.Node) body.Node {
	if n.Kind != '{' {
		return n
	}
	out := body.Node{Kind: '{'}
	for _, m := range n.Members {
		if m.Value.Kind != 'n' {
			out.Members = append(out.Members, body.Member{Name: m.Name, Value: withoutNulls(m.Value)})
		}
	}
	return out
}

// put stores a scalar, or keeps a template's variable for the keys.
func (n *newItem) put(a *contract.Attribute, text string) bool {
	if a.Variable {
		n.variables[a.Name] = text
		return text != ""
	}
	v, ok := scalar(a, text)
	n.item[a.Name] = v
	return ok
}

// bind gives the item what the scope and the path say of it.
func (n *newItem) bind(c contract.Condition) *fault.Fault {
	if c.Operator == contract.Contains {
		n.item[c.Attribute.Name] = item.Value{
			Kind: item.KindOf(string(c.Attribute.Type)),
			List: []item.Value{{Kind: item.KindS, Str: c.Values[0]}},
		}
		return nil
	}
	if have, ok := n.variables[c.Attribute.Name]; ok && have != c.Values[0] {
		return fault.Because(fault.Forbidden, "the body's %s is not the scope's", c.Attribute.Name)
	}
	if !n.put(c.Attribute, c.Values[0]) {
		return fault.Because(fault.Forbidden, "a value that %s refuses", c.Attribute.Name)
	}
	return nil
}

// keys composes every key attribute of the table and its indexes. Without all
// of an index's parts the item is simply not in the index, unless that is where
// its scope is kept.
func (n *newItem) keys(tree *writable) *fault.Fault {
	of := n.grant.View().Of
	for _, key := range sortedKeys(of.Keys) {
		t := of.Keys[key]
		if t.Whole {
			v, there := n.item[key]
			if !there && isPrimary(of.Table, key) {
				return missing(tree, key)
			}
			if len(v.Str) > access.KeyLimit(of.Table, key) {
				return refusedBy(key)
			}
			continue
		}
		text, whole, err := t.Compose(n.value)
		if err != nil || len(text) > access.KeyLimit(of.Table, key) {
			return refusedBy(key)
		}
		if whole {
			n.item[key] = item.Value{Kind: item.KindS, Str: text}
			continue
		}
		if isPrimary(of.Table, key) || holdsScope(n.grant, t) {
			for _, name := range t.Variables() {
				if _, known := n.value(name); !known {
					return missing(tree, name)
				}
			}
		}
	}
	return nil
}

// value is what stands for a variable in a template: its own, or that of a
// plain key attribute, which another key's template may have as a variable.
func (n *newItem) value(name string) (string, bool) {
	if text, ok := n.variables[name]; ok {
		return text, true
	}
	v, ok := n.item[name]
	return v.Str, ok
}

func refusedBy(key string) *fault.Fault {
	return fault.Because(fault.Forbidden, "a value that the template of %s refuses", key)
}

// holdsScope reports whether a key with this template is where an item keeps
// what the scope binds: without it the item would be in nobody's scope.
func holdsScope(g access.Grant, t contract.Template) bool {
	of := g.View().Of
	return slices.ContainsFunc(g.View().Scope, func(b contract.Binding) bool {
		in := func(t contract.Template) bool { return slices.Contains(t.Variables(), b.Attribute.Name) }
		return b.Attribute.Variable && in(t) && !in(of.Keys[of.Table.Partition]) && !in(of.Keys[of.Table.Sort])
	})
}

func isPrimary(t *contract.Table, key string) bool { return key == t.Partition || key == t.Sort }

// missing names what a body lacks, when its name may be said.
func missing(tree *writable, stored string) *fault.Fault {
	if c := tree.child(stored); c != nil && c.shown {
		return fault.Bad(c.name, "is required")
	}
	return fault.Bad("body", "lacks what the key is made of")
}
