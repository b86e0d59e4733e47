package view

import (
	"fmt"
	"slices"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
)

// Hash is the keyed pseudonym of a value: the same for the same arguments, and
// of no use without the key. principal is "" for a pseudonym that is the same
// for every principal; attribute is a path as the contract writes it. The
// result is letters and digits, at least 26 of them.
type Hash func(principal, view, attribute string, value []byte) string

// Config says how a view is used.
type Config struct {
	// Index is the index that the view's items are read through, or nil.
	Index *contract.Index
	// Tested are the names of the attributes, beside the view's own scope, that a
	// grant's checks or a caller's parameters may put a condition on. Names that
	// the view's item type does not declare are passed over.
	Tested []string
	// Hash computes the hash mask. Without it such a mask redacts.
	Hash Hash
}

// Lens is a compiled view. It is never changed, so it is safe for concurrent
// use.
type Lens struct {
	view *contract.View
	hash Hash

	// slots has a place for every stored attribute that is looked at, and after
	// those, which are names, for every variable of the keys.
	slots   map[string]int
	names   *item.Names
	decides []string // the stored attributes that the decision on an item needs

	shape   *item.Shape // of the whole item
	sources []int       // by member of shape, its slot
	labels  []string    // by item.Shape.ID, the path
	masks   []mask      // by item.Shape.ID
	shown   []string

	keys     []keyPattern
	tableKey []keyAttribute
	entryKey []keyAttribute // the table's, then the index's
	only     []test
	ttl      int // a slot, or -1
}

// keyAttribute is a key attribute's name as the member of a JSON object, and its
// slot.
type keyAttribute struct {
	label []byte
	slot  int
}

// New compiles a view. The error is a contract that parsing should have
// refused.
func New(v *contract.View, c Config) (*Lens, error) {
	l := &Lens{view: v, hash: c.Hash, ttl: -1}
	l.assignSlots(c)
	if err := l.buildShape(); err != nil {
		return nil, fmt.Errorf("view %s: %w", v.Name, err)
	}
	if err := l.buildKeys(c.Index); err != nil {
		return nil, fmt.Errorf("view %s: %w", v.Name, err)
	}
	for _, o := range v.Of.Only {
		t, err := l.test(contract.Condition{
			Attribute: o.Attribute, Operator: contract.Eq, Values: []string{o.Value.Text},
		})
		if err != nil {
			return nil, fmt.Errorf("view %s: %w", v.Name, err)
		}
		l.only = append(l.only, t)
	}
	if v.Of.Table.TTL != "" {
		l.ttl = l.slots[v.Of.Table.TTL]
	}
	return l, nil
}

// assignSlots gives every attribute that is shown or decided on a slot: the
// stored ones first, the variables of keys after them.
func (l *Lens) assignSlots(c Config) {
	of := l.view.Of
	var variables []string
	need := func(name string) {
		if a := of.Attributes[name]; a != nil && a.Variable {
			variables = with(variables, name)
		} else {
			l.decides = with(l.decides, name)
		}
	}
	keys := of.Table.KeyNames()
	if c.Index != nil {
		keys = append(keys, c.Index.KeyNames()...)
	}
	for _, name := range keys {
		need(name)
	}
	for _, b := range l.view.Scope {
		need(b.Attribute.Name)
	}
	for _, o := range of.Only {
		need(o.Attribute.Name)
	}
	if of.Table.TTL != "" {
		need(of.Table.TTL)
	}
	for _, name := range c.Tested {
		if of.Attributes[name] != nil {
			need(name)
		}
	}
	for _, s := range l.view.Show {
		if s.Attribute.Variable {
			variables = with(variables, s.Attribute.Name)
		}
	}
	// A key of another index is read only for a variable that no key of the
	// reading holds.
	for _, v := range slices.Clone(variables) {
		holds := func(key string) bool { return slices.Contains(of.Keys[key].Variables(), v) }
		if slices.ContainsFunc(keys, holds) {
			continue
		}
		for _, x := range of.Table.Indexes {
			for _, name := range slices.DeleteFunc(x.KeyNames(), func(name string) bool { return !holds(name) }) {
				l.decides = with(l.decides, name)
			}
		}
	}
	// Of keys that are read, every variable has a slot, since two may disagree.
	for _, name := range l.decides {
		for _, v := range of.Keys[name].Variables() {
			if v != name {
				variables = with(variables, v)
			}
		}
	}
	stored := slices.Clone(l.decides)
	for _, s := range l.view.Show {
		if !s.Attribute.Variable {
			stored = with(stored, s.Path[0].Name)
		}
	}
	// One that is stored as well, as a key of an index may be, has one slot: the
	// two must agree.
	variables = slices.DeleteFunc(variables, func(v string) bool { return slices.Contains(stored, v) })
	l.slots = map[string]int{}
	for i, name := range slices.Concat(stored, variables) {
		l.slots[name] = i
	}
	l.names = item.NewNames(stored)
}

// with is list with name in it once.
func with(list []string, name string) []string {
	if slices.Contains(list, name) {
		return list
	}
	return append(list, name)
}

func (l *Lens) buildKeys(index *contract.Index) error {
	table := l.view.Of.Table.KeyNames()
	entry := slices.Clone(table)
	if index != nil {
		for _, name := range index.KeyNames() {
			if !slices.Contains(entry, name) {
				entry = append(entry, name)
			}
		}
	}
	for i, name := range entry {
		k := keyAttribute{append(item.AppendString(nil, name), ':'), l.slots[name]}
		l.entryKey = append(l.entryKey, k)
		if i < len(table) {
			l.tableKey = append(l.tableKey, k)
		}
	}
	for _, name := range l.decides {
		t, isKey := l.view.Of.Keys[name]
		if !isKey {
			continue
		}
		a := l.view.Of.Attributes[name]
		if a == nil {
			return fmt.Errorf("key attribute %s is not declared", name)
		}
		p := keyPattern{
			slot:      l.slots[name],
			kind:      item.KindOf(string(a.Type)),
			required:  slices.Contains(entry, name),
			delimiter: t.Delimiter,
			whole:     t.Whole,
		}
		for _, part := range t.Parts {
			p.parts = append(p.parts, l.keyPart(part))
		}
		l.keys = append(l.keys, p)
	}
	return nil
}

func (l *Lens) keyPart(p contract.Part) keyPart {
	if p.Variable == "" {
		return keyPart{literal: p.Literal}
	}
	kind := item.KindS
	if a := l.view.Of.Attributes[p.Variable]; a != nil && a.Type == contract.N {
		kind = item.KindN
	}
	return keyPart{slot: l.slots[p.Variable], kind: kind}
}

// Reads are the stored paths that the lens looks at: what is shown, and what
// the decision on an item needs. None lies in another, and none steps into a
// list, which a projection can't do for every element. A projection of them all
// is enough, and what it holds beyond them is not looked at.
func (l *Lens) Reads() []contract.Path {
	var all []contract.Path
	for _, name := range l.decides {
		all = append(all, contract.Path{{Name: name}})
	}
	for _, s := range l.view.Show {
		if s.Attribute.Variable {
			continue
		}
		path := s.Path
		if end := slices.IndexFunc(path, func(s contract.Step) bool { return s.Element }); end >= 0 {
			path = path[:end]
		}
		all = append(all, path)
	}
	var out []contract.Path
	for i, path := range all {
		covered := false
		for j, other := range all {
			covered = covered || j != i && other.Has(path) && (len(other) < len(path) || j < i)
		}
		if !covered {
			out = append(out, path)
		}
	}
	return out
}

// Lenses are the compiled views of one route.
type Lenses map[*contract.View]*Lens

// ForRoute compiles every view of a route, through its index.
func ForRoute(r *contract.Route, hash Hash) (Lenses, error) {
	c := Config{Index: r.Index, Hash: hash}
	for _, s := range r.Segments {
		if s.Variable != "" {
			c.Tested = append(c.Tested, s.Variable)
		}
	}
	for _, p := range r.Parameters {
		c.Tested = append(c.Tested, p.Attribute.Name)
	}
	out := Lenses{}
	for _, v := range r.Views {
		l, err := New(v, c)
		if err != nil {
			return nil, err
		}
		out[v] = l
	}
	return out, nil
}

func (l Lenses) of(g access.Grant) (*Lens, error) {
	lens := l[g.View()]
	if !g.Permits() || lens == nil {
		return nil, ErrNotGranted
	}
	return lens, nil
}
