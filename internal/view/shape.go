package view

import (
	"fmt"
	"maps"
	"slices"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
)

// buildShape makes the allow tree of the view's shown paths.
func (l *Lens) buildShape() error {
	l.shape = &item.Shape{Kind: item.KindM}
	ends := map[*item.Shape]bool{}
	for _, s := range l.view.Show {
		l.shown = append(l.shown, s.Path.String())
		root := s.Path[0].Name
		a := l.view.Of.Attributes[root]
		if a == nil || s.Attribute == nil {
			return fmt.Errorf("%s is not declared", s.Path)
		}
		m := l.root(root, len(s.Path) > 1)
		if m == nil {
			l.sources = append(l.sources, l.slots[root])
			l.shape.Members = append(l.shape.Members, item.Member{
				Name: root, As: nameOutside(s, 0), Shape: l.node(a, s.Path[:1]),
			})
			m = &l.shape.Members[len(l.shape.Members)-1]
		}
		if err := l.place(m.Shape, a, s, 1, ends); err != nil {
			return err
		}
	}
	l.shape.Compile()
	return nil
}

// root is the member that another path into the same attribute made. An
// attribute that is shown twice as a whole, under two names, has two.
func (l *Lens) root(name string, inside bool) *item.Member {
	for i := range l.shape.Members {
		m := &l.shape.Members[i]
		if m.Name == name && (inside || m.Shape.Partial) {
			return m
		}
	}
	return nil
}

func (l *Lens) node(a *contract.Attribute, path contract.Path) *item.Shape {
	l.labels = append(l.labels, path.String())
	l.masks = append(l.masks, mask{})
	return &item.Shape{Kind: item.KindOf(string(a.Type)), ID: len(l.labels) - 1}
}

// place leads from a node, at step next of the path, to the path's end. ends are
// the nodes where other paths end.
func (l *Lens) place(n *item.Shape, a *contract.Attribute, s *contract.Shown, next int, ends map[*item.Shape]bool) error {
	if ends[n] || n.Partial && next == len(s.Path) {
		return fmt.Errorf("%s is shown twice", s.Path)
	}
	if next == len(s.Path) {
		ends[n] = true
		n.Default = s.Default
		if s.Mask != contract.NoMask {
			n.Masked = true
			l.masks[n.ID] = mask{kind: s.Mask, path: s.Path.String(), across: s.AcrossPrincipals}
			return nil
		}
		return whole(n, a, a.Class)
	}
	path := s.Path[:next+1]
	n.Partial = true
	step := s.Path[next]
	if step.Element {
		if a.Type != contract.L || a.Of == nil {
			return fmt.Errorf("%s is not declared", path)
		}
		if n.Element == nil {
			n.Element = l.node(a.Of, path)
		}
		return l.place(n.Element, a.Of, s, next+1, ends)
	}
	child := a.Members[step.Name]
	if a.Type != contract.M || child == nil {
		return fmt.Errorf("%s is not declared", path)
	}
	for i := range n.Members {
		if m := &n.Members[i]; m.Name == step.Name {
			return l.place(m.Shape, child, s, next+1, ends)
		}
	}
	m := item.Member{Name: step.Name, As: nameOutside(s, next), Shape: l.node(child, path)}
	n.Members = append(n.Members, m)
	return l.place(m.Shape, child, s, next+1, ends)
}

// nameOutside is the name that step i of the path has in the output: the last
// named step may be renamed, those that lead to it may not.
func nameOutside(s *contract.Shown, i int) string {
	for _, later := range s.Path[i+1:] {
		if !later.Element {
			return s.Path[i].Name
		}
	}
	return s.As
}

// whole shows all of an attribute that the class admits: what is inside and
// declared, and, of what is open, the rest. A member that is more sensitive than
// what was named must be named itself.
func whole(n *item.Shape, a *contract.Attribute, class contract.Class) error {
	switch a.Type {
	case contract.M:
		n.Open = a.Open
		for _, name := range slices.Sorted(maps.Keys(a.Members)) {
			m := item.Member{Name: name, As: name}
			if child := a.Members[name]; child.Class <= class {
				m.Shape = &item.Shape{Kind: item.KindOf(string(child.Type)), ID: n.ID}
				if whole(m.Shape, child, class) != nil {
					m.Shape = nil
				}
			}
			n.Members = append(n.Members, m)
		}
	case contract.L:
		switch {
		case a.Of == nil:
			if n.Open = a.Open; !n.Open {
				return fmt.Errorf("what is in %s is not declared", a.Name)
			}
		case a.Of.Class > class:
			return fmt.Errorf("what is in %s is more sensitive than it", a.Name)
		default:
			n.Element = &item.Shape{Kind: item.KindOf(string(a.Of.Type)), ID: n.ID}
			return whole(n.Element, a.Of, class)
		}
	}
	return nil
}
