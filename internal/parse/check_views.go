package parse

import (
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
	names := outsideNames(v)
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
		} else if sh.Mask == contract.NoMask {
			s.checkWhole(v, sh, sh.Path, a)
		}
		for j, other := range v.Show[:i] {
			if sh.Path.Has(other.Path) || other.Path.Has(sh.Path) {
				s.broke(v, sh.Pos, "shown_twice", "keep one of the two", "`%s` is shown already, by `%s`", clip(sh.Path.String()), clip(other.Path.String()))
				break
			}
			if names[i].Has(names[j]) || names[j].Has(names[i]) {
				s.broke(v, sh.Pos, "same_name", "give one of them another `as`", "`%s` and `%s` have one name outside", clip(sh.Path.String()), clip(other.Path.String()))
				break
			}
		}
	}
}

// checkWhole refuses to show whole what the view would leave parts of out: what
// is more sensitive than what was named, and lists of nobody knows what.
func (s *resolver) checkWhole(v *contract.View, sh *contract.Shown, path contract.Path, a *contract.Attribute) {
	name := clip(path.String())
	switch {
	case s.broken[v]:
	case a.Class > sh.Attribute.Class:
		s.broke(v, sh.Pos, "mixed_class", "show its parts one by one, or declare `"+clip(sh.Path.String())+"` as "+a.Class.String(),
			"`%s` is %s, and so is not shown with `%s`, which is %s", name, a.Class, clip(sh.Path.String()), sh.Attribute.Class)
	case a.Type == contract.L && a.Of == nil && !a.Open:
		s.broke(v, sh.Pos, "not_open", "declare what it holds with `of`, or declare it `open: true`", "nothing says what `%s` holds", name)
	case a.Of != nil:
		s.checkWhole(v, sh, extend(path, contract.Step{Element: true}), a.Of)
	}
	for _, member := range sortedNames(a.Members) {
		s.checkWhole(v, sh, extend(path, contract.Step{Name: member}), a.Members[member])
	}
}

// outsideNames are the places of all that a view shows.
func outsideNames(v *contract.View) []contract.Path {
	out := make([]contract.Path, len(v.Show))
	for i, sh := range v.Show {
		out[i] = outside(sh)
	}
	return out
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
