package parse

import (
	"sort"

	"github.com/discreet-dev/discreet/internal/contract"
)

// builtIn reports whether a role is one that every caller of its kind has.
func builtIn(role string) bool {
	return role == contract.RoleAuthenticated || role == contract.RoleAnonymous
}

// restricted reports whether a view is for named roles alone.
func (s *resolver) restricted(v *contract.View) bool {
	for _, r := range v.Roles {
		if builtIn(r) {
			return false
		}
	}
	return s.saysRoles[v]
}

// bindsOwnID reports whether every item in scope is the principal's own.
func bindsOwnID(v *contract.View) bool {
	for _, b := range v.Scope {
		if b.Value.Kind == contract.FromID && !b.Contains {
			return true
		}
	}
	return false
}

func (s *resolver) checkScope(v *contract.View) {
	n := s.nodes[v]
	if v.Any {
		if !s.saysRoles[v] {
			s.broke(v, s.at(v, "scope"), "any_roles", "add `roles`; `anonymous` may be one", "`%s` reaches items of every principal, and so says for which roles", clip(v.Name))
		}
		if v.Reason == "" && !n.has("reason") {
			s.broke(v, s.at(v, "scope"), "missing_reason", "add `reason`", "`%s` reaches items of every principal, and so says why", clip(v.Name))
		}
	} else {
		for _, key := range []string{"by", "scan"} {
			if n.has(key) {
				s.broke(v, n.key(key).pos, "any_only", "leave it out", "`%s` is for a scope of any; this one is bound to the principal", key)
			}
		}
		if contains(v.Roles, contract.RoleAnonymous) {
			s.broke(v, s.at(v, "roles"), "anonymous_scope", "leave `anonymous` out, or bind constants alone", "an anonymous caller has no id and no claims, which the scope asks for")
		}
	}
	if v.ServerOnly && v.Reason == "" && !n.has("reason") {
		s.broke(v, s.at(v, "server_only"), "missing_reason", "add `reason`", "a server_only view may show secrets, and so says why")
	}
}

func (s *resolver) checkShow(v *contract.View) {
	for i, sh := range v.Show {
		s.checkClass(v, sh)
		s.checkMask(v, sh)
		a := sh.Attribute
		if (a.Type == contract.M || a.Type == contract.L) && !a.Open && sh.Mask != contract.MaskRedact {
			mend := "name its members, or declare it `open: true`"
			if a.Type == contract.L {
				mend = "write \"" + sh.Path.String() + "[]\" and what of each element, or declare it `open: true`"
			}
			s.broke(v, sh.Pos, "not_open", mend, "`%s` is a %s and would be shown whole, with all that it holds now and later", clip(sh.Path.String()), a.Type)
		}
		for _, other := range v.Show[:i] {
			if sh.Path.Has(other.Path) || other.Path.Has(sh.Path) {
				s.broke(v, sh.Pos, "shown_twice", "keep one of the two", "`%s` is shown already, by `%s`", clip(sh.Path.String()), clip(other.Path.String()))
				break
			}
			x, y := outside(sh), outside(other)
			if x.Has(y) || y.Has(x) {
				s.broke(v, sh.Pos, "same_name", "give one of them another `as`", "`%s` and `%s` have one name outside", clip(sh.Path.String()), clip(other.Path.String()))
				break
			}
		}
	}
}

// outside is where an entry stands in what goes out.
func outside(sh *contract.Shown) contract.Path {
	path := append(contract.Path(nil), sh.Path...)
	for i := len(path) - 1; i >= 0; i-- {
		if !path[i].Element {
			path[i].Name = sh.As
			break
		}
	}
	return path
}

// worst is the most sensitive class of what is shown with an attribute.
func worst(a *contract.Attribute) contract.Class {
	class := a.Class
	if a.Of != nil {
		class = max(class, worst(a.Of))
	}
	for _, m := range a.Members {
		class = max(class, worst(m))
	}
	return class
}

func (s *resolver) checkClass(v *contract.View, sh *contract.Shown) {
	name := clip(sh.Path.String())
	class := worst(sh.Attribute)
	inside := ""
	if class != sh.Attribute.Class {
		inside = " (by what it holds)"
	}
	switch {
	case class == contract.Secret && !v.ServerOnly:
		s.broke(v, sh.Pos, "secret_shown", "leave it out; only a `server_only` view of guard shows secrets", "`%s` is secret%s, and no view shows it, masked or not", name, inside)
	case class == contract.Internal && !s.restricted(v):
		s.broke(v, sh.Pos, "internal_shown", "add `roles` to the view, or declare the attribute's class", "`%s` is internal%s: it is shown to named roles alone", name, inside)
	case class == contract.Personal && sh.Mask == contract.NoMask && sh.Reason == "" && !bindsOwnID(v):
		s.broke(v, sh.Pos, "personal_shown", "write { "+name+": { reason: ... } }, or give it a mask", "`%s` is personal%s, and the scope of `%s` is not the principal's own id", name, inside, clip(v.Name))
	}
}

func (s *resolver) checkMask(v *contract.View, sh *contract.Shown) {
	types := map[contract.Mask][]contract.Type{
		contract.MaskEmail: {contract.S},
		contract.MaskLast4: {contract.S, contract.N},
		contract.MaskHash:  {contract.S, contract.N, contract.B},
	}
	if fit, ok := types[sh.Mask]; ok {
		fits := false
		for _, t := range fit {
			fits = fits || t == sh.Attribute.Type
		}
		if !fits {
			s.broke(v, sh.Pos, "mask_type", "use `redact`", "the mask `%s` does not fit a %s", sh.Mask, sh.Attribute.Type)
		}
	}
	switch {
	case sh.AcrossPrincipals && sh.Mask != contract.MaskHash:
		s.broke(v, sh.Pos, "across_principals", "add `mask: hash`, or leave it out", "`across_principals` is for the mask `hash`")
	case sh.AcrossPrincipals && sh.Reason == "":
		s.broke(v, sh.Pos, "missing_reason", "add `reason`", "a hash that is the same for every principal lets them compare notes, and needs a reason")
	}
}

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
	for _, other := range s.out.Views {
		if other.Of != it {
			continue
		}
		for _, b := range other.Scope {
			if b.Attribute.Name == name {
				return "is what the scope of `" + clip(other.Name) + "` uses: whoever writes it moves the item to another principal"
			}
		}
	}
	return ""
}

func (s *resolver) checkWrite(v *contract.View) {
	nodes := s.nodes[v].get("write").each()
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
