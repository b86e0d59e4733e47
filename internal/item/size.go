package item

import "strings"

// MaxSize is the largest item that DynamoDB takes, in bytes, as Size counts.
const MaxSize = 400 * 1024

// Size is the item's size in bytes as DynamoDB counts it ("Item sizes and
// formats" in its developer guide): names and values, three bytes for a list
// or a map and one for each element in it.
func Size(m Item) int {
	total := 0
	for name, v := range m {
		total += len(name) + ValueSize(v)
	}
	return total
}

// ValueSize is the share of one value in Size, without its name.
func ValueSize(v Value) int {
	switch v.Kind {
	case KindS, KindB:
		return len(v.Str)
	case KindN:
		return numberSize(v.Str)
	case KindBOOL, KindNULL:
		return 1
	case KindM:
		return 3 + len(v.Map) + Size(v.Map)
	}
	total := 0
	if v.Kind == KindL {
		total = 3 + len(v.List)
	}
	for _, element := range v.List {
		total += ValueSize(element)
	}
	return total
}

// numberSize is one byte, one for each two digits of base-100 notation, and
// one for the sign of a negative number: about what the guide says, and what
// reimplementations measured.
func numberSize(canonical string) int {
	d, _ := scanDecimal(canonical)
	if d.digits == "" {
		return 1
	}
	size := 1 + (len(d.digits)+1)/2
	if len(d.digits)%2 == 0 && d.exp%2 == 0 {
		size++ // an even number of digits that straddles base-100 places
	}
	if d.neg {
		size++
	}
	return size
}

// Equal tells whether DynamoDB's = holds between two values: sets in any
// order, numbers by value. Numbers must be canonical.
func Equal(a, b Value) bool {
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case KindS, KindN, KindB:
		return a.Str == b.Str
	case KindBOOL:
		return a.Bool == b.Bool
	case KindL:
		return equalLists(a.List, b.List)
	case KindM:
		return EqualItems(a.Map, b.Map)
	case KindSS, KindNS, KindBS:
		return equalSets(a.List, b.List)
	}
	return true
}

// EqualItems tells whether two items have the same attributes with Equal values.
func EqualItems(a, b Item) bool {
	if len(a) != len(b) {
		return false
	}
	for name, v := range a {
		w, ok := b[name]
		if !ok || !Equal(v, w) {
			return false
		}
	}
	return true
}

func equalLists(a, b []Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// equalSets relies on sets having no member twice, which decoding ensures.
func equalSets(a, b []Value) bool {
	if len(a) != len(b) {
		return false
	}
	if len(a) < 8 {
		for _, v := range a {
			if !Contains(b, v) {
				return false
			}
		}
		return true
	}
	members := make(map[string]struct{}, len(b))
	for _, v := range b {
		members[v.Str] = struct{}{}
	}
	for _, v := range a {
		if _, ok := members[v.Str]; !ok {
			return false
		}
	}
	return true
}

// Contains tells whether an Equal value is among values.
func Contains(values []Value, v Value) bool {
	for _, w := range values {
		if Equal(v, w) {
			return true
		}
	}
	return false
}

// Order compares two values of one kind among S, N and B as DynamoDB orders
// them: S and B by bytes, N by value. Of any others it says false.
func Order(a, b Value) (int, bool) {
	if a.Kind != b.Kind {
		return 0, false
	}
	switch a.Kind {
	case KindS, KindB:
		return strings.Compare(a.Str, b.Str), true
	case KindN:
		return Compare(a.Str, b.Str), true
	}
	return 0, false
}

// Clone is a copy that shares nothing that can be changed.
func Clone(m Item) Item {
	if m == nil {
		return nil
	}
	c := make(Item, len(m))
	for name, v := range m {
		c[name] = CloneValue(v)
	}
	return c
}

// CloneValue is Clone for one value.
func CloneValue(v Value) Value {
	if v.List != nil {
		list := make([]Value, len(v.List))
		for i, element := range v.List {
			list[i] = CloneValue(element)
		}
		v.List = list
	}
	v.Map = Clone(v.Map)
	return v
}

// CheckDepth refuses, with an *Error, an item whose values stand more than
// MaxDepth deep in one another.
func CheckDepth(m Item) error {
	if deeper(m, MaxDepth) {
		return Invalid(msgTooDeep)
	}
	return nil
}

func deeper(m Item, levels int) bool {
	for _, v := range m {
		if deeperValue(v, levels) {
			return true
		}
	}
	return false
}

func deeperValue(v Value, levels int) bool {
	if levels == 0 {
		return true
	}
	if v.Kind == KindL {
		for _, element := range v.List {
			if deeperValue(element, levels-1) {
				return true
			}
		}
	}
	return deeper(v.Map, levels-1)
}
