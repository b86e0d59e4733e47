package expr

import (
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/item"
)

// MaxPathDepth is how many elements a document path may have.
const MaxPathDepth = 32

// Step is one element of a path: an attribute's or a member's name, or a
// list's index.
type Step struct {
	Name    string
	Index   int // meant if IsIndex
	IsIndex bool
}

// Path is a document path with its aliases resolved. Its first step is a name,
// which may hold any character: an alias for "a.b" is one step.
type Path []Step

// Name is a path of one name.
func Name(name string) Path { return Path{{Name: name}} }

// String is the path as DynamoDB shows it in its messages, such as [a, [0], b].
// It can't be parsed; Printer writes what can.
func (p Path) String() string {
	var b strings.Builder
	b.WriteByte('[')
	for i, s := range p {
		if i > 0 {
			b.WriteString(", ")
		}
		if s.IsIndex {
			b.WriteString("[" + strconv.Itoa(s.Index) + "]")
		} else {
			b.WriteString(s.Name)
		}
	}
	b.WriteByte(']')
	return b.String()
}

// Equal tells whether both paths name the same place.
func (p Path) Equal(q Path) bool { return len(p) == len(q) && p.Within(q) }

// Within tells whether p is q or lies inside it.
func (p Path) Within(q Path) bool {
	if len(p) < len(q) {
		return false
	}
	for i := range q {
		if p[i] != q[i] {
			return false
		}
	}
	return true
}

// Find is the value at the path, if the item has one.
func (p Path) Find(m item.Item) (item.Value, bool) {
	v := item.Value{Kind: item.KindM, Map: m}
	for _, s := range p {
		var ok bool
		if v, ok = s.find(v); !ok {
			return item.Value{}, false
		}
	}
	return v, true
}

func (s Step) find(v item.Value) (item.Value, bool) {
	if s.IsIndex {
		if v.Kind != item.KindL || s.Index >= len(v.List) {
			return item.Value{}, false
		}
		return v.List[s.Index], true
	}
	if v.Kind != item.KindM {
		return item.Value{}, false
	}
	v, ok := v.Map[s.Name]
	return v, ok
}

// overlap says how two paths of one expression can't stand together: "overlap"
// if one is inside the other, "conflict" if they take one attribute for a list
// and for a map, "" if they can.
func overlap(p, q Path) string {
	for i := range min(len(p), len(q)) {
		if p[i].IsIndex != q[i].IsIndex {
			return "conflict"
		}
		if p[i] != q[i] {
			return ""
		}
	}
	return "overlap"
}
