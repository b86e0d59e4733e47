package expr

import (
	"slices"

	"github.com/discreet-dev/discreet/internal/item"
)

// Project is what the item has at those paths. A list keeps the elements named,
// in their order and without gaps; a map or a list of which nothing is found is
// left out. The result shares values with m.
func Project(m item.Item, paths []Path) item.Item {
	var root selection
	for _, p := range paths {
		root.add(p)
	}
	v, ok := root.take(item.Value{Kind: item.KindM, Map: m})
	if !ok {
		return item.Item{}
	}
	return v.Map
}

// selection is a tree of paths: what is taken of one value.
type selection struct {
	whole   bool
	names   map[string]*selection
	indexes map[int]*selection
}

func (s *selection) add(p Path) {
	for _, step := range p {
		next := s.child(step)
		if next == nil {
			next = &selection{}
			if step.IsIndex {
				if s.indexes == nil {
					s.indexes = map[int]*selection{}
				}
				s.indexes[step.Index] = next
			} else {
				if s.names == nil {
					s.names = map[string]*selection{}
				}
				s.names[step.Name] = next
			}
		}
		s = next
	}
	s.whole = true
}

func (s *selection) child(step Step) *selection {
	if step.IsIndex {
		return s.indexes[step.Index]
	}
	return s.names[step.Name]
}

func (s *selection) take(v item.Value) (item.Value, bool) {
	if s.whole {
		return v, true
	}
	switch v.Kind {
	case item.KindM:
		taken := item.Item{}
		for name, inner := range s.names {
			if member, ok := v.Map[name]; ok {
				if part, ok := inner.take(member); ok {
					taken[name] = part
				}
			}
		}
		return item.Value{Kind: item.KindM, Map: taken}, len(taken) > 0
	case item.KindL:
		indexes := make([]int, 0, len(s.indexes))
		for i := range s.indexes {
			if i < len(v.List) {
				indexes = append(indexes, i)
			}
		}
		slices.Sort(indexes)
		var taken []item.Value
		for _, i := range indexes {
			if part, ok := s.indexes[i].take(v.List[i]); ok {
				taken = append(taken, part)
			}
		}
		return item.Value{Kind: item.KindL, List: taken}, len(taken) > 0
	}
	return item.Value{}, false
}
