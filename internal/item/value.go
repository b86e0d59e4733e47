// Package item has attribute values and DynamoDB JSON: a tree of values for
// those who compute with items, and a streaming transcoder for those who only
// let some of an item through. It knows no contract and does no I/O.
package item

// Kind is an attribute's type. The zero Kind is no value at all.
type Kind uint8

// The ten kinds.
const (
	KindS Kind = iota + 1
	KindN
	KindB
	KindBOOL
	KindNULL
	KindSS
	KindNS
	KindBS
	KindL
	KindM
)

var kindNames = [...]string{"", "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"}

// String is the kind as DynamoDB JSON spells it.
func (k Kind) String() string { return kindNames[k] }

// KindOf is the kind of that spelling, or 0.
func KindOf(name string) Kind {
	for k := KindS; k <= KindM; k++ {
		if kindNames[k] == name {
			return k
		}
	}
	return 0
}

// Value is one attribute value. Which fields mean something depends on Kind.
type Value struct {
	Kind Kind
	// Str is the text of an S, the canonical digits of an N, the raw bytes of a B.
	Str  string
	Bool bool
	// List has the elements of an L, or the members of a set: values of kind S,
	// N or B, in the order they came.
	List []Value
	Map  Item // the members of an M
}

// Item is an item, or an M's members, by attribute name.
type Item map[string]Value
