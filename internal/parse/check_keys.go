package parse

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
)

func (s *resolver) checkUpdate(rt *contract.Route, v *contract.View, at contract.Pos) {
	if len(v.Write) == 0 && len(v.OnUpdate) == 0 {
		s.broke(rt, at, "nothing_written", "add `write` to the view", "`%s` lets nothing be written", clip(v.Name))
	}
	if why := s.updateTrouble(v); why != "" {
		s.broke(rt, at, "key_part", "leave it out of `write`, or bind the other parts", "%s", why)
	}
}

// updateTrouble says why an update through the view could not keep keys whole:
// it has the parts of the table's key, what the scope binds, and what it sets.
func (s *resolver) updateTrouble(v *contract.View) string {
	written := map[string]bool{}
	for _, path := range v.Write {
		written[path[0].Name] = true
	}
	known := tableVariables(v.Of)
	for _, set := range v.OnUpdate {
		written[set.Attribute.Name] = true
		known = append(known, set.Attribute.Name)
	}
	for _, name := range tableVariables(v.Of) {
		if written[name] {
			return "`" + clip(name) + "` is of the item's key, which no update changes"
		}
	}
	for _, key := range keyAttributes(v.Of.Table) {
		t := v.Of.Keys[key]
		if t.Whole {
			continue
		}
		for _, variable := range t.Variables() {
			if !written[variable] {
				continue
			}
			for _, other := range t.Variables() {
				if other != variable && !contains(known, other) && !scopeBinds(v, other) {
					return "`" + clip(variable) + "` composes `" + clip(key) + "` together with `" + clip(other) + "`, which an update does not know"
				}
			}
		}
	}
	return ""
}

func (s *resolver) checkCreate(rt *contract.Route, v *contract.View, at contract.Pos) {
	if missing := s.createTrouble(rt, v); len(missing) > 0 {
		s.broke(rt, at, "key_unbound", "bind it in the scope or the path, give it a value in set.on_create, or name it in `write`",
			"`create` needs the whole key, and nothing gives %s", strings.Join(missing, ", "))
	}
}

// createTrouble are the variables that no create would know, of the table's key
// and of what else an item needs to be in its scope.
func (s *resolver) createTrouble(rt *contract.Route, v *contract.View) []string {
	var missing []string
	for _, key := range keyAttributes(v.Of.Table) {
		if !contains(v.Of.Table.KeyNames(), key) && !keepsScope(v, key) {
			continue
		}
		for _, name := range unbound(rt, v, []string{key}) {
			if !onCreate(v, name) && !contains(missing, name) {
				missing = append(missing, name)
			}
		}
	}
	return missing
}

// onCreate reports whether the contract or a body gives a new item the value.
func onCreate(v *contract.View, name string) bool {
	known := false
	for _, set := range v.OnCreate {
		known = known || set.Attribute.Name == name
	}
	for _, path := range v.Write {
		known = known || path[0].Name == name
	}
	return known
}

// keepsScope reports whether a key of an index holds what the scope binds and
// the table's key does not: without it the item is in nobody's scope.
func keepsScope(v *contract.View, key string) bool {
	for _, b := range v.Scope {
		if beyondKey(v, b) && contains(v.Of.Keys[key].Variables(), b.Attribute.Name) {
			return true
		}
	}
	return false
}

// beyondKey reports whether a binding is of a template's variable that only
// keys of indexes hold.
func beyondKey(v *contract.View, b contract.Binding) bool {
	return b.Attribute.Variable && !contains(tableVariables(v.Of), b.Attribute.Name)
}

// checkCondition demands that the condition of an update or a delete can hold
// all that the scope binds. What is not stored under its own name is compared
// through a key of an index, as far as that is known up to it.
func (s *resolver) checkCondition(thing any, v *contract.View, at contract.Pos, op string) {
	for _, b := range v.Scope {
		if !beyondKey(v, b) {
			continue
		}
		name, unknown := b.Attribute.Name, ""
		for _, key := range keyAttributes(v.Of.Table) {
			t := v.Of.Keys[key]
			if !contains(t.Variables(), name) {
				continue
			}
			if unknown = unknownBefore(v, t, name); unknown == "" {
				break
			}
		}
		if unknown != "" {
			s.broke(thing, at, "write_condition", "bind `"+clip(unknown)+"` in the scope too, or store `"+clip(name)+"` as an attribute of its own",
				"the condition of `%s` cannot hold the scope's `%s`: in its key it stands behind `%s`, which nothing gives", op, clip(name), clip(unknown))
		}
	}
}

// unknownBefore is the first variable in front of another that neither the
// scope nor the table's key gives, or "".
func unknownBefore(v *contract.View, t contract.Template, name string) string {
	for _, variable := range t.Variables() {
		switch {
		case variable == name:
			return ""
		case !scopeBinds(v, variable) && !contains(tableVariables(v.Of), variable):
			return variable
		}
	}
	return ""
}
