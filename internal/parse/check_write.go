package parse

import (
	"sort"

	"github.com/discreet-dev/discreet/internal/contract"
)

// guarded says why an attribute of the item is not a caller's to write, or "".
func (s *resolver) guarded(v *contract.View, name string) string {
	it := v.Of
	_, isKey := it.Keys[name]
	switch {
	case isKey:
		return "is a key attribute of the table or of an index"
	case name == it.Table.TTL:
		return "is the table's ttl"
	case name == it.Table.Version:
		return "is the table's version"
	}
	for _, c := range it.Only {
		if c.Attribute.Name == name {
			return "tells the item type from others"
		}
	}
	if other := s.scopedBy(it)[name]; other != nil {
		return "is what the scope of `" + clip(other.Name) + "` uses: whoever writes it moves the item to another principal"
	}
	return ""
}

// scopedBy are the attributes of an item type that a view's scope binds, each
// with the first such view.
func (s *resolver) scopedBy(it *contract.ItemType) map[string]*contract.View {
	if s.scopes[it] != nil {
		return s.scopes[it]
	}
	out := map[string]*contract.View{}
	s.scopes[it] = out
	for _, v := range s.out.Views {
		for _, b := range v.Scope {
			if v.Of == it && out[b.Attribute.Name] == nil {
				out[b.Attribute.Name] = v
			}
		}
	}
	return out
}

func (s *resolver) checkWrite(v *contract.View) {
	nodes := s.nodes[v].get("write").each()
	written, shown := bodyNames(v), outsideNames(v)
	for i, path := range v.Write {
		at := s.at(v, "write")
		if len(nodes) == len(v.Write) {
			at = nodes[i].pos
		}
		name := clip(path.String())
		a := leadsTo(v.Of, path)
		for _, step := range path {
			if step.Element {
				s.broke(v, at, "write_element", "write the list as a whole", "`%s` leads into elements of a list, which have no name to write to", name)
				a = nil
				break
			}
		}
		for _, other := range v.Write[:i] {
			if path.Has(other) || other.Has(path) {
				s.broke(v, at, "duplicate", "keep one of the two", "`%s` may be written already, by `%s`", name, clip(other.String()))
			}
		}
		if a == nil {
			continue
		}
		if other := sameInBody(v, i, written, shown); other != nil {
			s.broke(v, at, "same_name", "give one of them another `as`", "a body has one name for `%s` and `%s`", name, clip(other.String()))
		}
		if why := s.guarded(v, path[0].Name); why != "" {
			s.broke(v, at, "write_guarded", "leave it out; `set` gives values that a caller cannot choose", "`%s` %s", name, why)
			continue
		}
		if a.Class >= contract.Internal {
			s.broke(v, at, "write_class", "leave it out, or declare the attribute's class", "`%s` is %s, and callers write ordinary and personal attributes alone", name, a.Class)
			continue
		}
		for _, sh := range v.Show {
			if sh.Mask != contract.NoMask && (sh.Path.Has(path) || path.Has(sh.Path)) {
				s.broke(v, at, "write_masked", "leave it out, or show it in clear", "`%s` is masked, and a caller would write back the mask", name)
			}
		}
		if a.Type == contract.M || a.Type == contract.L {
			if hidden := hiddenIn(v, path, a); hidden != "" {
				s.broke(v, at, "write_whole", "write its members one by one, or show all of it", "`%s` would be replaced whole, and with it `%s`, which the view does not show in clear", name, clip(hidden))
			}
			if renamed := renamedIn(v, path); renamed != "" {
				s.broke(v, at, "write_renamed", "leave out its `as`, or write members one by one", "`%s` is written whole, with the names inside, and `%s` is shown by another", name, clip(renamed))
			}
		}
		for _, set := range append(append([]contract.Setting(nil), v.OnCreate...), v.OnUpdate...) {
			if set.Attribute.Name == path[0].Name {
				s.broke(v, at, "write_set", "keep one of the two", "`%s` takes its value from `set`", name)
				break
			}
		}
	}
}

// leadsTo follows a path that was resolved before.
func leadsTo(it *contract.ItemType, path contract.Path) *contract.Attribute {
	a := it.Attributes[path[0].Name]
	for _, step := range path[1:] {
		if step.Element {
			a = a.Of
		} else {
			a = a.Members[step.Name]
		}
	}
	return a
}

// renamedIn is a shown path inside an M or L that has another name outside, or "".
func renamedIn(v *contract.View, path contract.Path) string {
	for _, sh := range v.Show {
		if len(sh.Path) > len(path) && path.Has(sh.Path) && sh.As != lastName(sh.Path) {
			return sh.Path.String()
		}
	}
	return ""
}

// sameInBody is a path that callers call by the name of the view's i-th written
// one: another that may be written before it, or one that is shown. Nil: none is.
func sameInBody(v *contract.View, i int, written, shown []contract.Path) contract.Path {
	for j, other := range v.Write[:i] {
		if oneName(v.Write[i], written[i], other, written[j]) {
			return other
		}
	}
	for j, sh := range v.Show {
		if oneName(v.Write[i], written[i], sh.Path, shown[j]) {
			return sh.Path
		}
	}
	return nil
}

// bodyNames are the names in a body of all that a view lets write.
func bodyNames(v *contract.View) []contract.Path {
	out := make([]contract.Path, len(v.Write))
	for i, path := range v.Write {
		out[i] = inBody(v, path)
	}
	return out
}

// inBody is a path in the names that the view shows its steps by.
func inBody(v *contract.View, path contract.Path) contract.Path {
	out := append(contract.Path(nil), path...)
	for _, sh := range v.Show {
		if last := len(sh.Path) - 1; sh.Path.Has(path) && !sh.Path[last].Element {
			out[last].Name = sh.As
		}
	}
	return out
}

// oneName reports whether two paths have one name where they part.
func oneName(a, aName, b, bName contract.Path) bool {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return aName[i] == bName[i]
		}
	}
	return false
}

// hiddenIn is a path inside an M or L that a replacement would destroy unseen,
// or "": nothing is, where the view shows it whole, or else every part that is
// declared of one that holds nothing else.
func hiddenIn(v *contract.View, path contract.Path, a *contract.Attribute) string {
	if a.Class >= contract.Internal {
		return path.String()
	}
	shown := false
	for _, sh := range v.Show {
		shown = shown || sh.Mask == contract.NoMask && sh.Path.Has(path)
	}
	nested := a.Type == contract.M || a.Type == contract.L
	if !shown && (!nested || a.Open || a.Of == nil && len(a.Members) == 0) {
		return path.String()
	}
	if a.Of != nil {
		if hidden := hiddenIn(v, extend(path, contract.Step{Element: true}), a.Of); hidden != "" {
			return hidden
		}
	}
	for _, name := range sortedNames(a.Members) {
		if hidden := hiddenIn(v, extend(path, contract.Step{Name: name}), a.Members[name]); hidden != "" {
			return hidden
		}
	}
	return ""
}

func extend(path contract.Path, step contract.Step) contract.Path {
	return append(append(contract.Path(nil), path...), step)
}

func sortedNames(attributes map[string]*contract.Attribute) []string {
	names := make([]string, 0, len(attributes))
	for name := range attributes {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func (s *resolver) checkSet(v *contract.View) {
	for _, on := range []struct {
		key      string
		settings []contract.Setting
	}{{"on_create", v.OnCreate}, {"on_update", v.OnUpdate}} {
		at := s.at(v, "set")
		if x := s.nodes[v].get("set").get(on.key); x != nil {
			at = x.pos
		}
		for _, set := range on.settings {
			name := set.Attribute.Name
			switch {
			case name == v.Of.Table.TTL || name == v.Of.Table.Version:
				s.broke(v, at, "set_guarded", "leave it out", "`%s` is the table's ttl or version", clip(name))
			case s.scoped(v, name):
				s.broke(v, at, "set_guarded", "leave it out", "`%s` is bound by the scope, which gives it its value", clip(name))
			case isOnly(v.Of, name):
				s.broke(v, at, "set_guarded", "leave it out", "`%s` tells the item type from others, and has its constant", clip(name))
			case on.key == "on_update" && contains(tableVariables(v.Of), name):
				s.broke(v, at, "set_guarded", "leave it out", "`%s` is of the item's key, which no update changes", clip(name))
			}
		}
	}
}

// scoped reports whether the view's own scope binds an attribute.
func (s *resolver) scoped(v *contract.View, name string) bool {
	for _, b := range v.Scope {
		if b.Attribute.Name == name {
			return true
		}
	}
	return false
}

func isOnly(it *contract.ItemType, name string) bool {
	for _, c := range it.Only {
		if c.Attribute.Name == name {
			return true
		}
	}
	return false
}

// tableVariables are the variables of the table's own key.
func tableVariables(it *contract.ItemType) []string {
	var out []string
	for _, key := range it.Table.KeyNames() {
		out = append(out, it.Keys[key].Variables()...)
	}
	return out
}
