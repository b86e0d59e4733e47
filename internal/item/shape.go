package item

import (
	"bytes"
	"math/bits"
	"slices"
)

// Shape is what may leave of a value, and what it must be: a node of an allow
// tree. Build it, call Compile on the root, and change it no more.
type Shape struct {
	// Kind is the declared type; a value of another is left out. 0 is any type,
	// which an Open shape alone may have.
	Kind Kind
	// ID is the node's place in a Transcoder's Mistyped; nodes may share one.
	ID int
	// Default is the JSON of an absent or NULL value; nil leaves it out.
	Default []byte
	// Masked values are written by the Transcoder's Mask.
	Masked bool
	// Open lets out members of an M, and elements of an L, that are not declared.
	Open bool
	// Partial: an M of which single paths are let out; with none of them in it,
	// it counts as absent, so that its existence tells nothing.
	Partial bool
	// Members are the declared members of an M, in the order of the output; those
	// of an Open one are written among the others, all ordered by name.
	Members []Member
	// Element is the declared element of an L.
	Element *Shape

	names  *Names
	absent []byte // what stands for an absent value: Default, or members' defaults
	open   *Shape // of what is inside an Open shape and not declared
}

// Member is a member of an M, or an attribute of an item.
type Member struct {
	Name  string
	As    string // the name outside; in an Open shape, Name stands
	Shape *Shape // nil: never let out, though the M is Open
	label []byte // `"as":`
}

// Compile prepares a tree, which must have no cycle.
func (s *Shape) Compile() {
	s.absent = s.Default
	if s.Open {
		s.open = &Shape{ID: s.ID, Open: true}
		s.open.open = s.open
	}
	if s.Element != nil {
		s.Element.Compile()
	}
	defaults := []byte{'{'}
	names := make([]string, len(s.Members))
	for i := range s.Members {
		m := &s.Members[i]
		names[i] = m.Name
		m.label = append(AppendString(nil, m.As), ':')
		if m.Shape == nil {
			continue
		}
		m.Shape.Compile()
		if m.Shape.absent != nil {
			defaults = slices.Concat(defaults, m.label, m.Shape.absent, []byte{','})
		}
	}
	s.names = NewNames(names)
	if s.absent == nil && len(defaults) > 1 {
		s.absent = closed(defaults, '}')
	}
}

// closed ends an object or array of which each part ends with a comma.
func closed(dst []byte, closing byte) []byte {
	return append(bytes.TrimSuffix(dst, []byte{','}), closing)
}

// Names is a set of attribute names, each with its slot: its index in the list
// that the set was made of.
type Names struct {
	slots map[string]int
	list  []string
	// byLength has a bit for each slot whose name is that long; unused for more
	// names than bits. Few names of an item are as long as one that is wanted.
	byLength [64]uint64
	few      bool
}

// NewNames makes a set. A name that occurs twice has the later slot.
func NewNames(names []string) *Names {
	n := &Names{slots: make(map[string]int, len(names)), list: names, few: len(names) <= 64}
	for i, name := range names {
		n.slots[name] = i
		if n.few && len(name) < len(n.byLength) {
			n.byLength[len(name)] |= 1 << i
		}
	}
	return n
}

// find returns the name's slot, or -1.
func (n *Names) find(name []byte) int {
	if !n.few || len(name) >= len(n.byLength) {
		if slot, ok := n.slots[string(name)]; ok {
			return slot
		}
		return -1
	}
	for left := n.byLength[len(name)]; left != 0; left &= left - 1 {
		if i := bits.TrailingZeros64(left); n.list[i] == string(name) {
			return i
		}
	}
	return -1
}
