package parse

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
)

func (s *resolver) checkRoute(rt *contract.Route) {
	if len(rt.Views) == 0 {
		return
	}
	table := rt.Views[0].Of.Table
	for _, v := range rt.Views[1:] {
		if v.Of.Table != table {
			s.broke(rt, s.at(rt, string(rt.Operation)), "two_tables", "write one route for each", "`%s` is of the table `%s`, and `%s` of `%s`: one request reads one table", clip(rt.Views[0].Name), clip(table.Name), clip(v.Name), clip(v.Of.Table.Name))
			return
		}
	}
	for _, v := range rt.Views {
		s.markRoute(rt, v)
		at := s.at(rt, string(rt.Operation))
		if v.ServerOnly {
			s.broke(rt, at, "server_only", "name another view", "`%s` is server_only: it is for guard's named apps", clip(v.Name))
			continue
		}
		if why, mend := s.rolesUnreachable(v); why != "" {
			s.broke(rt, at, "unreachable_view", mend, "no request can reach `%s`: %s", clip(v.Name), why)
		}
		s.checkVariables(rt, v)
		switch rt.Operation {
		case contract.List:
			s.checkShows(rt, v)
			s.checkList(rt, v)
		case contract.Get:
			s.checkShows(rt, v)
			s.checkKey(rt, v)
		case contract.Delete:
			s.checkKey(rt, v)
			s.checkCondition(rt, v, at, "delete")
		case contract.Update:
			s.checkKey(rt, v)
			s.checkUpdate(rt, v, at)
			s.checkCondition(rt, v, at, "update")
		case contract.Create:
			s.checkCreate(rt, v, at)
		}
	}
	if s.broken[rt] {
		return
	}
	if rt.Operation != contract.List && rt.Operation != contract.Create {
		s.checkSameKey(rt)
	}
	if rt.Operation == contract.List {
		s.checkParameters(rt)
	}
	s.checkReach(rt)
}

func (s *resolver) markRoute(rt *contract.Route, v *contract.View) {
	u := s.mark(v)
	u.create = u.create || rt.Operation == contract.Create
	u.update = u.update || rt.Operation == contract.Update
	u.read = u.read || rt.Operation == contract.List || rt.Operation == contract.Get
	u.index = u.index || rt.Index != nil
}

// rolesUnreachable says why no caller has a role of the view, and the mend.
func (s *resolver) rolesUnreachable(v *contract.View) (why, mend string) {
	for _, r := range v.Roles {
		if builtIn(r) {
			return "", ""
		}
	}
	if hasBad(s.root.get("identity")) || len(s.out.Identity.Sources) == 0 {
		return "", ""
	}
	for _, src := range s.out.Identity.Sources {
		if givesRoles(src) {
			return "", ""
		}
	}
	return "it is for named roles, and no identity source gives roles", "add `roles` to an identity source"
}

// queried are the key attributes that a route's operation goes by.
func queried(rt *contract.Route, it *contract.ItemType) (partition, sort []string) {
	if rt.Index != nil {
		return rt.Index.Partition, rt.Index.Sort
	}
	if it.Table.Sort == "" {
		return []string{it.Table.Partition}, nil
	}
	return []string{it.Table.Partition}, []string{it.Table.Sort}
}

// bound reports whether a request of the route has one value for an attribute.
func bound(rt *contract.Route, v *contract.View, name string) bool {
	for _, seg := range rt.Segments {
		if seg.Variable == name {
			return true
		}
	}
	return scopeBinds(v, name)
}

// scopeBinds reports whether the scope gives an attribute one value.
func scopeBinds(v *contract.View, name string) bool {
	for _, b := range v.Scope {
		if b.Attribute.Name == name && !b.Contains {
			return true
		}
	}
	return false
}

// unbound are the variables of key attributes that have no value.
func unbound(rt *contract.Route, v *contract.View, keys []string) []string {
	var out []string
	for _, key := range keys {
		for _, variable := range v.Of.Keys[key].Variables() {
			if !bound(rt, v, variable) && !contains(out, variable) {
				out = append(out, variable)
			}
		}
	}
	return out
}

// checkVariables holds the rules on path variables.
func (s *resolver) checkVariables(rt *contract.Route, v *contract.View) {
	partition, sort := queried(rt, v.Of)
	var keys []string
	for _, key := range append(append([]string(nil), partition...), sort...) {
		keys = append(keys, v.Of.Keys[key].Variables()...)
	}
	for _, seg := range rt.Segments {
		name := seg.Variable
		if name == "" {
			continue
		}
		a := v.Of.Attributes[name]
		switch {
		case a == nil || s.implied[a]:
			s.broke(rt, rt.Pos, "path_variable", s.near(name, keys), "`{%s}` is no attribute of `%s`", clip(name), clip(v.Of.Name))
		case !contains(keys, name) && !scopeBinds(v, name):
			mend := "a path variable is of the key that is queried: " + strings.Join(keys, ", ")
			if rt.Operation == contract.List {
				mend += "; to select by others, use `parameters`"
			}
			s.broke(rt, rt.Pos, "path_variable", mend, "`{%s}` is not of the key by which the route finds items", clip(name))
		case a.Type != contract.S && a.Type != contract.N:
			s.broke(rt, rt.Pos, "path_variable", "bind an S or N", "`{%s}` is a %s, which no path segment writes", clip(name), a.Type)
		}
	}
}

func (s *resolver) checkShows(rt *contract.Route, v *contract.View) {
	if len(v.Show) == 0 {
		s.broke(rt, s.at(rt, string(rt.Operation)), "nothing_shown", "add `show` to the view", "`%s` shows nothing", clip(v.Name))
	}
}

// checkKey demands the whole primary key.
func (s *resolver) checkKey(rt *contract.Route, v *contract.View) {
	if missing := unbound(rt, v, v.Of.Table.KeyNames()); len(missing) > 0 {
		s.broke(rt, rt.Pos, "key_unbound", "put {"+strings.Join(missing, "}, {")+"} into the path, or bind it in the scope of `"+clip(v.Name)+"`",
			"`%s` needs the whole key of one item, and nothing gives %s", rt.Operation, strings.Join(missing, ", "))
	}
}

// checkSameKey demands that several views of one route lead to one item: a get
// reads it once and has each of them judge it, and a path that names one thing
// to one caller names no other to the next.
func (s *resolver) checkSameKey(rt *contract.Route) {
	first := rt.Views[0]
	for _, v := range rt.Views[1:] {
		for _, key := range first.Of.Table.KeyNames() {
			same := first.Of.Keys[key].String() == v.Of.Keys[key].String()
			for _, variable := range v.Of.Keys[key].Variables() {
				same = same && (inPath(rt, variable) || operandOf(first, variable) == operandOf(v, variable))
			}
			if !same {
				s.broke(rt, s.at(rt, string(rt.Operation)), "two_keys", "write one route for each", "`%s` and `%s` lead to different items: `%s` is composed in two ways", clip(first.Name), clip(v.Name), clip(key))
				return
			}
		}
	}
}

func inPath(rt *contract.Route, variable string) bool {
	for _, seg := range rt.Segments {
		if seg.Variable == variable {
			return true
		}
	}
	return false
}

func operandOf(v *contract.View, name string) contract.Operand {
	for _, b := range v.Scope {
		if b.Attribute.Name == name && !b.Contains {
			return b.Value
		}
	}
	return contract.Operand{}
}
