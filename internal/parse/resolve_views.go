package parse

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
)

var maskWords = []string{"email", "last4", "redact", "hash"}

// draft is a view on its way: what is written, and what became of it.
type draft struct {
	name, node *node
	view       *contract.View
	resolving  bool
}

func (s *resolver) resolveViews(n *node) {
	var order []*draft
	for _, e := range n.sound() {
		s.plain(e.key, "a view")
		d := &draft{name: e.key, node: e.value}
		s.views[e.key.text] = d
		order = append(order, d)
	}
	for _, d := range order {
		s.out.Views = append(s.out.Views, s.resolveView(d))
	}
}

// viewNames are the names of all views, sound or not.
func (s *resolver) viewNames() []string {
	var names []string
	if n := s.root.get("views"); n != nil {
		for _, e := range n.entries {
			names = append(names, e.key.text)
		}
	}
	return names
}

// viewOf finds the view that a route or an app names; nil is reported, or was.
func (s *resolver) viewOf(n *node) *contract.View {
	if d := s.views[n.text]; d != nil {
		return d.view
	}
	if !contains(s.viewNames(), n.text) {
		s.fail(n.pos, "unknown_view", s.near(n.text, s.viewNames()), "there is no view `%s`", clip(n.text))
	}
	return nil
}

func (s *resolver) resolveView(d *draft) *contract.View {
	if d.view != nil {
		return d.view
	}
	d.resolving = true
	defer func() { d.resolving = false }()
	n := d.node
	v := &contract.View{}
	if x := n.get("extends"); x != nil {
		if base := s.base(d, x); base != nil {
			*v = *base
			v.Scope = append([]contract.Binding(nil), base.Scope...)
			v.Show = append([]*contract.Shown(nil), base.Show...)
			s.saysRoles[v] = s.saysRoles[base]
			s.broken[v] = s.broken[base]
			v.Digest = [32]byte{}
		} else {
			s.broken[v] = true
		}
	} else if n.has("extends") {
		s.broken[v] = true
	}
	d.view = v
	s.nodes[v] = n
	v.Name, v.Pos = d.name.text, d.name.pos
	if hasBad(n) {
		s.broken[v] = true
	}
	s.viewType(v, n)
	s.viewSelf(v, n)
	if v.Of == nil || s.broken[v.Of] || s.broken[v.Of.Table] {
		s.broken[v] = true
		return v
	}
	s.scope(v, n)
	for _, x := range n.get("show").each() {
		s.shown(v, x)
	}
	if w := n.get("write"); w != nil {
		v.Write = nil
		for _, x := range w.each() {
			if path, _, ok := s.pathIn(v, x); ok {
				v.Write = append(v.Write, path)
			}
		}
	}
	if set := n.get("set"); set != nil {
		v.OnCreate = s.settings(v, set.get("on_create"))
		v.OnUpdate = s.settings(v, set.get("on_update"))
	}
	s.crowdedView(v)
	return v
}

// A view needs one expression of DynamoDB's, which has 4 KB, for all that it
// shows. What extends another has all that the other has, so that few lines can
// make many entries; the rules take the square of those of one view.
const (
	maxViewEntries = 500
	maxViewScope   = 32
	maxEntriesAll  = 10000
)

func (s *resolver) crowdedView(v *contract.View) {
	before := s.entries
	s.entries += len(v.Show) + len(v.Write) + len(v.Scope)
	switch {
	case len(v.Show) > maxViewEntries || len(v.Write) > maxViewEntries:
		s.broke(v, v.Pos, "too_many", "make two views of it, or show a map whole", "`%s` shows or writes over %d attributes", clip(v.Name), maxViewEntries)
	case len(v.Scope) > maxViewScope:
		s.broke(v, v.Pos, "too_many", "bind what tells principals apart", "the scope of `%s` binds over %d attributes", clip(v.Name), maxViewScope)
	case s.entries <= maxEntriesAll:
		return
	case before <= maxEntriesAll:
		s.broke(v, v.Pos, "too_many", "split the contract by service", "the views show, write and bind over %d attributes altogether", maxEntriesAll)
	}
	s.broken[v] = true
	v.Show, v.Write, v.Scope = nil, nil, nil // what extends it would be too large again
}

// base resolves what a view extends, or reports why it cannot.
func (s *resolver) base(d *draft, x *node) *contract.View {
	base := s.views[x.text]
	switch {
	case base == nil:
		if !contains(s.viewNames(), x.text) {
			s.fail(x.pos, "unknown_view", s.near(x.text, s.viewNames()), "there is no view `%s`", clip(x.text))
		}
		return nil
	case base == d:
		s.fail(x.pos, "extends_cycle", "name another view", "`%s` extends itself", clip(x.text))
		return nil
	case base.resolving:
		s.fail(x.pos, "extends_cycle", "let one of them say its own parts", "`%s` extends `%s`, which comes back to it", clip(d.name.text), clip(x.text))
		return nil
	}
	return s.resolveView(base)
}

// viewType finds the item type.
func (s *resolver) viewType(v *contract.View, n *node) {
	of := n.get("of")
	if of == nil {
		if !n.has("of") && !n.has("extends") {
			s.broke(v, v.Pos, "missing_key", "add `of`: an item type, or a table with one", "`of` is missing")
		}
		return
	}
	if v.Of != nil {
		s.broke(v, of.pos, "extends_of", "leave `of` out", "a view that extends another is of its item type")
		return
	}
	var found []*contract.ItemType
	var names []string
	for _, t := range s.out.Tables {
		for _, it := range t.Items {
			if it.Name == of.text || t.Name+"."+it.Name == of.text {
				found = append(found, it)
			}
			names = append(names, it.Name)
		}
	}
	switch {
	case len(found) == 1:
		v.Of = found[0]
	case len(found) > 1:
		s.broke(v, of.pos, "ambiguous_type", "write `"+found[0].Table.Name+"."+found[0].Name+"`", "several tables have an item type `%s`", clip(of.text))
	default:
		mend := s.near(of.text, names)
		tables := s.root.get("tables")
		for _, t := range s.out.Tables {
			if t.Name != of.text {
				continue
			}
			if len(t.Items) == 0 {
				s.broken[v] = true
				return
			}
			mend = "the table has several item types: name one"
		}
		if tables == nil || tables.has(of.text) && s.out.Table(of.text) == nil {
			s.broken[v] = true // the table was reported
			return
		}
		s.broke(v, of.pos, "unknown_type", mend, "there is no item type `%s`", clip(of.text))
	}
}

// viewSelf reads what needs no item type.
func (s *resolver) viewSelf(v *contract.View, n *node) {
	if roles := n.get("roles"); roles != nil {
		v.Roles = s.roles(roles)
		s.saysRoles[v] = true
	}
	if len(v.Roles) == 0 {
		v.Roles = []string{contract.RoleAuthenticated}
	}
	if x := n.get("reason"); x != nil {
		v.Reason = s.reason(x)
	}
	if x := n.get("scan"); x != nil {
		v.Scan = s.reason(x)
	}
	if n.get("by") != nil {
		v.ByPartition = true
	}
	if n.get("fresh") != nil {
		v.Fresh = n.yes("fresh")
	}
	if n.get("server_only") != nil {
		v.ServerOnly = n.yes("server_only")
	}
}

// own finds a declared attribute of the view's items.
func (s *resolver) own(v *contract.View, name string, at contract.Pos) *contract.Attribute {
	a := v.Of.Attributes[name]
	if a == nil || s.implied[a] {
		s.broke(v, at, "unknown_attribute", s.near(name, s.names(v.Of)), "`%s` declares no attribute `%s`", clip(v.Of.Name), clip(name))
		return nil
	}
	return a
}

// names are the attributes that a type's declaration names.
func (s *resolver) names(it *contract.ItemType) []string {
	var names []string
	for name, a := range it.Attributes {
		if !s.implied[a] {
			names = append(names, name)
		}
	}
	return names
}

// pathIn finds what a path of a view leads to.
func (s *resolver) pathIn(v *contract.View, n *node) (contract.Path, *contract.Attribute, bool) {
	path, why := parsePath(n.text)
	if why != "" {
		s.broke(v, n.pos, "path", why, "`%s` is no path", clip(n.text))
		return nil, nil, false
	}
	a := s.own(v, path[0].Name, n.pos)
	for i := 1; a != nil && i < len(path); i++ {
		whole := path[:i].String()
		switch step := path[i]; {
		case step.Element && a.Type != contract.L:
			s.broke(v, n.pos, "path", "leave `[]` out", "`%s` is a %s, and has no elements to step into", clip(whole), a.Type)
			return nil, nil, false
		case step.Element && a.Of == nil:
			s.broke(v, n.pos, "path", "declare its elements: { type: L, of: ... }", "nothing says what `%s` holds", clip(whole))
			return nil, nil, false
		case step.Element:
			a = a.Of
		case a.Type == contract.L:
			s.broke(v, n.pos, "path", "write \""+whole+"[]."+step.Name+"\"", "`%s` is a list", clip(whole))
			return nil, nil, false
		case a.Type != contract.M:
			s.broke(v, n.pos, "path", "a name with `.` in it stands in backticks", "`%s` is a %s, and has no members", clip(whole), a.Type)
			return nil, nil, false
		case a.Members[step.Name] == nil:
			var names []string
			for name := range a.Members {
				names = append(names, name)
			}
			s.broke(v, n.pos, "unknown_attribute", s.near(step.Name, names), "`%s` declares no member `%s`", clip(whole), clip(step.Name))
			return nil, nil, false
		default:
			a = a.Members[step.Name]
		}
	}
	return path, a, a != nil
}

// shown reads one entry of show.
func (s *resolver) shown(v *contract.View, n *node) {
	pathAt, options := n, (*node)(nil)
	if n.kind == mappingNode {
		if len(n.entries) != 1 || n.entries[0].key.bad || n.entries[0].value.bad {
			s.broken[v] = true
			return
		}
		pathAt, options = n.entries[0].key, n.entries[0].value
	}
	path, a, ok := s.pathIn(v, pathAt)
	if !ok {
		return
	}
	sh := &contract.Shown{Path: path, Pos: pathAt.pos, Attribute: a, As: lastName(path)}
	if as := options.get("as"); as != nil {
		sh.As = as.text
		if as.text == "" || len(as.text) > 255 || suspicious(as.text) != "" {
			s.broke(v, as.pos, "name", "write a visible name of at most 255 bytes", "this cannot be a name")
		}
	}
	for i, word := range maskWords {
		if options.str("mask") == word {
			sh.Mask = contract.Mask(i + 1)
		}
	}
	sh.AcrossPrincipals = options.yes("across_principals")
	sh.Reason = s.reason(options.get("reason"))
	if d := options.get("default"); d != nil {
		if raw, ok := s.jsonOf(d, a); ok {
			sh.Default = raw
		} else {
			s.broken[v] = true
		}
	}
	s.nodes[sh] = n
	v.Show = append(v.Show, sh)
}

// lastName is the last named step of a path.
func lastName(path contract.Path) string {
	for i := len(path) - 1; i >= 0; i-- {
		if !path[i].Element {
			return path[i].Name
		}
	}
	return ""
}

// settings reads on_create or on_update.
func (s *resolver) settings(v *contract.View, n *node) []contract.Setting {
	var out []contract.Setting
	for _, e := range n.sound() {
		name, ok := s.attributeName(e.key)
		if !ok {
			s.broken[v] = true
			continue
		}
		a := s.own(v, name, e.key.pos)
		if a == nil {
			continue
		}
		if t, isKey := v.Of.Keys[name]; isKey && !t.Whole {
			s.broke(v, e.key.pos, "set", "set its variables: "+strings.Join(t.Variables(), ", "), "`%s` is composed from a template", clip(name))
			continue
		}
		value, ok := s.operand(v, e.value, a, true)
		if !ok {
			s.broken[v] = true
			continue
		}
		if value.OfPrincipal() && a.Type != contract.S && a.Type != contract.N {
			s.broke(v, e.key.pos, "set", "declare it as S or N", "`%s` is a %s, which no value of a principal fits", clip(name), a.Type)
			continue
		}
		out = append(out, contract.Setting{Attribute: a, Value: value})
	}
	return out
}
