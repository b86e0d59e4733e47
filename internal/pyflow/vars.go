package pyflow

import (
	"maps"
	"slices"
)

// vars are variables by name. Code branches often and sets little in between,
// so what copies have in common they share: a copy costs what was set since the
// last one, and two are joined by what was set in either.
type vars struct {
	own   map[string]*Value // set since the last copy was made; nil for none
	below *layer
}

// layer is what copies share; it is never changed.
type layer struct {
	names map[string]*Value
	below *layer
}

// growth is how many times as large as a layer the one below it is, at least,
// which bounds how many there are.
const growth = 4

func (v *vars) find(name string) (*Value, bool) {
	if x, ok := v.own[name]; ok {
		return x, true
	}
	for l := v.below; l != nil; l = l.below {
		if x, ok := l.names[name]; ok {
			return x, true
		}
	}
	return nil, false
}

func (v *vars) get(name string) *Value {
	x, _ := v.find(name)
	return x
}

func (v *vars) set(name string, x *Value) {
	if v.own == nil {
		v.own = map[string]*Value{}
	}
	v.own[name] = x
}

// add joins a value to what a variable may be.
func (v *vars) add(name string, x *Value) { v.set(name, Join(v.get(name), x)) }

func (v *vars) copy() *vars {
	if len(v.own) > 0 {
		names, below := v.own, v.below
		for below != nil && len(names)*growth > len(below.names) {
			merged := maps.Clone(below.names)
			maps.Copy(merged, names)
			names, below = merged, below.below
		}
		v.own, v.below = nil, &layer{names, below}
	}
	return &vars{below: v.below}
}

// all are the variables as one map, which is the caller's.
func (v *vars) all() map[string]*Value {
	out := map[string]*Value{}
	for _, names := range slices.Backward(v.above(nil)) {
		maps.Copy(out, names)
	}
	return out
}

// above are what was set in v since it and another were one, the last first;
// all of it for nil.
func (v *vars) above(other *vars) []map[string]*Value {
	out := []map[string]*Value{v.own}
	for l := v.below; l != nil && (other == nil || !other.has(l)); l = l.below {
		out = append(out, l.names)
	}
	return out
}

func (v *vars) has(layer *layer) bool {
	for l := v.below; l != nil; l = l.below {
		if l == layer {
			return true
		}
	}
	return false
}

// joined is where two ways meet: a variable is what it may be on either.
func (v *vars) joined(other *vars) *vars {
	out := v.copy()
	for _, set := range append(v.above(other), other.above(v)...) {
		for name := range set {
			x, ok := other.find(name)
			if prior, known := v.find(name); ok && (!known || prior != x) {
				out.set(name, Join(prior, x))
			}
		}
	}
	return out
}
