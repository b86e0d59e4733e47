package plan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/body"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
)

// writable is the tree of what a view lets write, under the names outside.
type writable struct {
	name      string // outside
	stored    string // inside
	attribute *contract.Attribute
	shown     bool // the view shows it, so that its name may be said
	whole     bool // it is written itself, else only what its children name
	children  []*writable
}

// writableOf is the tree of a view.
func writableOf(v *contract.View) *writable {
	root := &writable{}
	for _, path := range v.Write {
		at := root
		attributes := v.Of.Attributes
		for i, step := range path {
			a := attributes[step.Name]
			if a == nil {
				break // parse refuses such a path
			}
			next := at.child(step.Name)
			if next == nil {
				next = &writable{stored: step.Name, attribute: a}
				next.name, next.shown = outside(v, path[:i+1])
				at.children = append(at.children, next)
			}
			at, attributes = next, a.Members
			at.whole = at.whole || i == len(path)-1
		}
	}
	return root
}

func (w *writable) child(stored string) *writable {
	for _, c := range w.children {
		if c.stored == stored {
			return c
		}
	}
	return nil
}

// outside is what callers call a path, and whether the view shows any of it.
func outside(v *contract.View, path contract.Path) (name string, shown bool) {
	name = path[len(path)-1].Name
	for _, s := range v.Show {
		if slices.Equal(s.Path, path) {
			return s.As, true
		}
		shown = shown || path.Has(s.Path) || s.Path.Has(path)
	}
	return name, shown
}

// change is one attribute, or member of a map, that a body changes.
type change struct {
	path      []string // stored names
	where     string   // outside names, joined by dots
	attribute *contract.Attribute
	value     body.Node // kind 'n' removes it
}

// changes matches a body's members with the tree. A member that nothing lets
// write is refused by what is writable, never by its own name: it may be the
// name of something hidden.
func (w *writable) changes(members []body.Member, path []string, where string) ([]change, *fault.Fault) {
	var out []change
	for _, m := range members {
		i := slices.IndexFunc(w.children, func(c *writable) bool { return c.name == m.Name })
		if i < 0 {
			return nil, fault.Bad(place(where), w.takes())
		}
		c := w.children[i]
		path := append(slices.Clone(path), c.stored)
		where := strings.TrimPrefix(where+"."+c.name, ".")
		if !c.shown {
			where = "body"
		}
		if c.whole {
			out = append(out, change{path, where, c.attribute, m.Value})
			continue
		}
		if m.Value.Kind != '{' {
			return nil, fault.Bad(where, "takes an object of what of it is writable")
		}
		inner, bad := c.changes(m.Value.Members, path, where)
		if bad != nil {
			return nil, bad
		}
		out = append(out, inner...)
	}
	return out, nil
}

func place(where string) string {
	if where == "" {
		return "body"
	}
	return where
}

func (w *writable) takes() string {
	var names []string
	for _, c := range w.children {
		if c.shown {
			names = append(names, c.name)
		}
	}
	if len(names) == 0 {
		return "takes no other members"
	}
	return "takes " + strings.Join(names, ", ") + " alone"
}
