package parse

import (
	"github.com/discreet-dev/discreet/internal/contract"
)

// checkReach refuses a view of a route that every request would pass by: an
// earlier one admits all that it admits.
func (s *resolver) checkReach(rt *contract.Route) {
	for i, later := range rt.Views {
		for _, earlier := range rt.Views[:i] {
			if !covers(earlier, later, rt) {
				continue
			}
			s.broke(rt, s.at(rt, string(rt.Operation)), "unreachable_view", "name `"+clip(later.Name)+"` before `"+clip(earlier.Name)+"`, or leave it out",
				"no request can reach `%s`: `%s` admits all that it admits", clip(later.Name), clip(earlier.Name))
			break
		}
	}
}

// covers reports whether the earlier view takes every request that the later
// one could. Views are chosen by roles and key; a get alone may pass on by what
// the item holds.
func covers(earlier, later *contract.View, rt *contract.Route) bool {
	if !coversRoles(earlier, later) {
		return false
	}
	if rt.Operation == contract.Get && earlier.Of != later.Of {
		return false
	}
	partition, sort := queried(rt, earlier.Of)
	var keys []string
	for _, key := range append(append([]string(nil), partition...), sort...) {
		keys = append(keys, earlier.Of.Keys[key].Variables()...)
	}
	for _, b := range earlier.Scope {
		if binds(later, b) {
			continue
		}
		if rt.Operation == contract.Get {
			return false
		}
		// A key's binding may refuse what the path says, and a claim may be absent.
		if inPath(rt, b.Attribute.Name) && contains(keys, b.Attribute.Name) || b.Value.Kind == contract.FromClaim || b.Value.Kind == contract.FromID && contains(keys, b.Attribute.Name) {
			return false
		}
	}
	return true
}

// coversRoles reports whether whoever has a role of the later view has one of
// the earlier.
func coversRoles(earlier, later *contract.View) bool {
	for _, role := range later.Roles {
		if !contains(earlier.Roles, role) && (role == contract.RoleAnonymous || !contains(earlier.Roles, contract.RoleAuthenticated)) {
			return false
		}
	}
	return true
}

// coversScope reports whether every item of the later view is one of the
// earlier, whoever asks.
func coversScope(earlier, later *contract.View) bool {
	for _, b := range earlier.Scope {
		if !binds(later, b) {
			return false
		}
	}
	return true
}

// binds reports whether the view's scope has the binding.
func binds(v *contract.View, b contract.Binding) bool {
	for _, other := range v.Scope {
		if other.Attribute.Name == b.Attribute.Name && other.Value == b.Value && other.Contains == b.Contains {
			return true
		}
	}
	return false
}

// checkConflicts refuses two routes that one request could be for, neither of
// which is the more exact. A literal segment goes before a variable.
func (s *resolver) checkConflicts() {
	byShape := map[string][]*contract.Route{}
	for _, rt := range s.out.Routes {
		if rt.Method == "" || s.broken[rt] && len(rt.Segments) == 0 {
			continue
		}
		key := rt.Method + string(rune(len(rt.Segments)))
		for _, other := range byShape[key] {
			if conflict(rt, other) {
				s.broke(rt, rt.Pos, "route_conflict", "change one of the two paths", "a request may be for this route and for `%s` in line %d", clip(other.Text), other.Pos.Line)
				break
			}
		}
		byShape[key] = append(byShape[key], rt)
	}
}

func conflict(a, b *contract.Route) bool {
	aExact, bExact := false, false
	for i, x := range a.Segments {
		y := b.Segments[i]
		switch {
		case x.Variable == "" && y.Variable == "":
			if x.Literal != y.Literal {
				return false
			}
		case x.Variable == "":
			aExact = true
		case y.Variable == "":
			bExact = true
		}
	}
	return aExact == bExact
}
