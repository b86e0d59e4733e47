package draft

import "regexp"

// power are names of what gives a caller more than others have: never theirs to
// write (CWE-915).
var power = regexp.MustCompile(`(?i)(admin|roles?$|permission|privilege|scopes?$|groups?$|staff|superuser|verified|approved|balance|credits?$|is_active|is_paid|owner|created_by)`)

// inner are names of what a service keeps for itself: not shown for that the code
// shows it.
var inner = regexp.MustCompile(`(?i)(^|_)(internal|admin|staff|moderat\w*|risk|fraud|audit|debug|raw|legacy)(_|$)`)

// leaf is what a view names: an attribute, or a member of one.
type leaf struct {
	*attribute
	path string
}

// leaves are the parts of an attribute that can be shown one by one.
func (a *attribute) leaves(path string) []leaf {
	if len(a.members) == 0 {
		return []leaf{{a, path}}
	}
	var out []leaf
	for _, m := range a.members {
		if m.out == "" {
			out = append(out, m.leaves(path+"."+m.name)...)
		}
	}
	return out
}

// hides says why a view does not show a leaf, "" for one that it may; own is a
// view of the principal's own items.
func (l leaf) hides(own bool) string {
	switch {
	case l.class == "secret" || l.class == "internal":
		return l.class
	case l.class == "personal" && !own:
		return "personal: to others with a mask or a reason alone"
	case l.typ == "M" || l.typ == "L":
		return "a whole " + l.typ + ": declare what it holds, or `open: true`"
	}
	return ""
}
