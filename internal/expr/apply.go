package expr

import (
	"slices"

	"github.com/discreet-dev/discreet/internal/item"
)

const (
	msgInvalidPath = "The document path provided in the update expression is invalid for update"
	msgWrongType   = "An operand in the update expression has an incorrect data type"
	msgNoAttribute = "The provided expression refers to an attribute that does not exist in the item"
)

// Apply makes the update on a copy of the item and says which paths it was told
// to write. Every right-hand side and every list index is of the item as it was
// before. A nil item is one that does not exist: DynamoDB then ignores a REMOVE
// or a DELETE, even of a path that it refuses in an item. The fault is an
// *item.Error.
func Apply(u Update, m item.Item) (item.Item, []Path, error) {
	edits, err := u.edits(m)
	if err != nil {
		return nil, nil, err
	}
	next := item.Clone(m)
	if next == nil {
		next = item.Item{}
	}
	root := &item.Value{Kind: item.KindM, Map: next}
	for _, e := range edits {
		if err := e.apply(root, e.path); err != nil {
			return nil, nil, err
		}
	}
	if err := item.CheckDepth(next); err != nil {
		return nil, nil, err
	}
	return next, u.Targets(), nil
}

// edit puts a value at a path, or takes away what is there.
type edit struct {
	path   Path
	value  item.Value
	remove bool
}

// edits are ordered so that none moves the target of a later one: values
// first, those beyond a list's end in the order of their indexes; then what is
// removed, from the end of its list.
func (u Update) edits(m item.Item) ([]edit, error) {
	var puts, removals []edit
	for _, a := range u.Set {
		v, err := compute(a.Value, m)
		if err != nil {
			return nil, err
		}
		puts = append(puts, edit{path: a.Path, value: v})
	}
	for _, p := range u.Remove {
		removals = append(removals, edit{path: p, remove: true})
	}
	for _, c := range u.Add {
		v, err := added(c, m)
		if err != nil {
			return nil, err
		}
		puts = append(puts, edit{path: c.Path, value: v})
	}
	for _, c := range u.Delete {
		v, ok, err := deleted(c, m)
		switch {
		case err != nil:
			return nil, err
		case !ok: // the set is absent, or has lost its last member
			removals = append(removals, edit{path: c.Path, remove: true})
		default:
			puts = append(puts, edit{path: c.Path, value: v})
		}
	}
	if m == nil {
		removals = nil
	}
	slices.SortStableFunc(puts, func(a, b edit) int { return comparePaths(a.path, b.path) })
	slices.SortStableFunc(removals, func(a, b edit) int { return comparePaths(b.path, a.path) })
	return append(puts, removals...), nil
}

// comparePaths orders list elements by index; it need not order names.
func comparePaths(a, b Path) int {
	for i := range min(len(a), len(b)) {
		switch {
		case a[i].Name != b[i].Name:
			if a[i].Name < b[i].Name {
				return -1
			}
			return 1
		case a[i].Index != b[i].Index:
			return a[i].Index - b[i].Index
		}
	}
	return len(a) - len(b)
}

func (e edit) apply(at *item.Value, path Path) error {
	step := path[0]
	if step.IsIndex != (at.Kind == item.KindL) || !step.IsIndex && at.Kind != item.KindM {
		return item.Invalid(msgInvalidPath)
	}
	if len(path) > 1 {
		inner, ok := step.find(*at)
		if !ok {
			return item.Invalid(msgInvalidPath)
		}
		if err := e.apply(&inner, path[1:]); err != nil {
			return err
		}
		step.put(at, inner)
		return nil
	}
	if !e.remove {
		step.put(at, e.value)
	} else if step.IsIndex {
		if step.Index < len(at.List) {
			at.List = slices.Delete(at.List, step.Index, step.Index+1)
		}
	} else {
		delete(at.Map, step.Name)
	}
	return nil
}

func (s Step) put(at *item.Value, v item.Value) {
	switch {
	case !s.IsIndex:
		at.Map[s.Name] = v
	case s.Index < len(at.List):
		at.List[s.Index] = v
	default:
		at.List = append(at.List, v)
	}
}

// compute is the value of a SET's right-hand side.
func compute(o Operand, m item.Item) (item.Value, error) {
	switch o := o.(type) {
	case Literal:
		return item.CloneValue(o.Value), nil
	case Path:
		v, ok := o.Find(m)
		if !ok {
			return v, item.Invalid(msgNoAttribute)
		}
		return item.CloneValue(v), nil
	case IfNotExists:
		if v, ok := o.Path.Find(m); ok {
			return item.CloneValue(v), nil
		}
		return compute(o.Else, m)
	case Arithmetic:
		a, b, err := computeTwo(o.Left, o.Right, item.KindN, m)
		if err != nil {
			return a, err
		}
		operate := item.Add
		if o.Op == "-" {
			operate = item.Sub
		}
		a.Str, err = operate(a.Str, b.Str)
		return a, err
	case ListAppend:
		a, b, err := computeTwo(o.First, o.Second, item.KindL, m)
		a.List = append(a.List, b.List...)
		return a, err
	}
	return item.Value{}, item.Invalid(msgWrongType)
}

func computeTwo(left, right Operand, kind item.Kind, m item.Item) (a, b item.Value, err error) {
	if a, err = compute(left, m); err == nil {
		b, err = compute(right, m)
	}
	if err == nil && (a.Kind != kind || b.Kind != kind) {
		err = item.Invalid(msgWrongType)
	}
	return a, b, err
}

// added is what an ADD makes of its target.
func added(c Change, m item.Item) (item.Value, error) {
	old, ok := c.Path.Find(m)
	if !ok {
		return item.CloneValue(c.Value), nil
	}
	if old.Kind != c.Value.Kind {
		return old, item.Invalid(msgWrongType)
	}
	v := item.CloneValue(old)
	if v.Kind == item.KindN {
		sum, err := item.Add(v.Str, c.Value.Str)
		v.Str = sum
		return v, err
	}
	has := memberSet(v.List)
	for _, member := range c.Value.List {
		if _, ok := has[member.Str]; !ok {
			v.List = append(v.List, member)
		}
	}
	return v, nil
}

// deleted is what a DELETE leaves of its target; false if nothing.
func deleted(c Change, m item.Item) (item.Value, bool, error) {
	old, ok := c.Path.Find(m)
	if !ok {
		return old, false, nil
	}
	if old.Kind != c.Value.Kind {
		return old, false, item.Invalid(msgWrongType)
	}
	gone := memberSet(c.Value.List)
	v := item.Value{Kind: old.Kind}
	for _, member := range old.List {
		if _, ok := gone[member.Str]; !ok {
			v.List = append(v.List, member)
		}
	}
	return v, len(v.List) > 0, nil
}

func memberSet(members []item.Value) map[string]struct{} {
	set := make(map[string]struct{}, len(members))
	for _, v := range members {
		set[v.Str] = struct{}{}
	}
	return set
}
