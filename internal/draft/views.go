package draft

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// view is a view on its way: one scope of one item type, shared by the routes
// that show and write the same of it.
type view struct {
	part
	name  string
	of    *itemType
	scope []binding
	any   bool
	scan  bool
	roles bool
	fresh bool
	show  []shown
	left  []string
	write []string
	newID []string
	notes []note

	creates, updates bool // some route does
	routes           []*route
}

// route is a route on its way.
type route struct {
	part
	from *candidate
	path string
	view *view
}

// why says why a view is commented out: itself, what it is of, or that all of its
// routes are.
func (v *view) why() string {
	if why := v.unfit(); why != "" || len(v.routes) == 0 {
		return why
	}
	for _, r := range v.routes {
		if r.out == "" {
			return ""
		}
	}
	return v.routes[0].out
}

func (v *view) unfit() string { return cmp.Or(v.out, v.of.out, v.of.table.why()) }

// why says why a route is commented out: itself, or its view.
func (r *route) why() string { return cmp.Or(r.out, r.view.unfit()) }

func (r *route) title() string { return r.from.method + " " + r.path }

// makeViews turns candidates into views and routes: reads first, since what is
// written is written through a view that shows it, where there is one.
func (m *model) makeViews() {
	made := map[*candidate]*view{}
	names := map[string]bool{}
	for _, writing := range []bool{false, true} {
		for _, c := range m.found {
			if c.changes() == writing {
				made[c] = m.viewFor(c, names)
			}
		}
	}
	taken := map[string]*route{}
	for _, c := range m.found {
		r := &route{part: part{level: routeLevel}, from: c, view: made[c]}
		var why string
		if r.path, why = c.path(); why != "" {
			r.out = why
		}
		if c.question != "" && r.out == "" {
			r.out = c.question
		}
		if other := taken[r.title()]; other != nil && r.why() == "" {
			r.out = fmt.Sprintf("Another route of the code is %s already.", r.title())
		} else if r.why() == "" {
			taken[r.title()] = r
		}
		m.routes = append(m.routes, r)
		r.view.routes = append(r.view.routes, r)
	}
	m.guardScopes()
}

// viewFor is the view of a candidate: one that there is, or a new one.
func (m *model) viewFor(c *candidate, names map[string]bool) *view {
	v := &view{
		part: part{level: viewLevel, out: c.question}, of: c.of, scope: c.scope, any: c.any, roles: c.restrict || c.any,
		scan: c.access.Operation == "Scan", show: c.show, left: c.left, write: c.write, newID: c.newID, notes: c.notes,
	}
	if v.any {
		v.scope = nil
	}
	if x := c.table.index(c.index); x != nil {
		v.fresh = x.from.Projection == "keys" || x.from.Projection == "include"
	}
	v.creates, v.updates = c.operation == "create", c.operation == "update"
	for _, other := range m.views {
		if other.out != v.out || other.of != v.of || other.any != v.any || other.scan != v.scan || !slices.Equal(other.scope, v.scope) {
			continue
		}
		if !c.changes() && slices.Equal(other.show, v.show) || c.changes() && len(v.show) == 0 && other.takes(v) {
			other.join(v)
			return other
		}
	}
	if c.changes() && len(v.show) == 0 {
		v.show = v.written()
	}
	name := v.suggest()
	if names[name] {
		name += "_" + c.operation
	}
	v.name = unique(names, name, "view")
	m.views = append(m.views, v)
	return v
}

// takes says whether a view can be what another writes through: a caller writes
// by the one route what it writes by the other, and no more.
func (v *view) takes(w *view) bool {
	if !w.creates && !w.updates || !v.creates && !v.updates {
		return true
	}
	return slices.Equal(v.write, w.write) && (!v.creates || !w.creates || slices.Equal(v.newID, w.newID))
}

// join takes in what another view is for.
func (v *view) join(w *view) {
	if w.creates || w.updates {
		v.write, v.newID = w.write, union(v.newID, w.newID)
	}
	v.fresh, v.creates, v.updates = v.fresh || w.fresh, v.creates || w.creates, v.updates || w.updates
	v.left, v.notes = union(v.left, w.left), merge(v.notes, w.notes...)
}

// written is what is answered to a write that no read goes with: what was
// written.
func (v *view) written() []shown {
	var out []shown
	for _, name := range append(slices.Clone(v.newID), v.write...) {
		if a := v.of.find(name); a != nil {
			for _, l := range a.leaves(name) {
				if l.hides(!v.any) == "" {
					out = append(out, shown{path: l.path})
				}
			}
		}
	}
	return out
}

// suggest names a view by whose items it is of.
func (v *view) suggest() string {
	name := strings.TrimSuffix(snake(v.of.name), "_table")
	name = strings.TrimSuffix(name, "_table_name")
	if v.any {
		return "all_" + name
	}
	return "own_" + name
}

// guardScopes takes out of every view's writes what the scope of another binds:
// whoever writes that moves an item to another principal.
func (m *model) guardScopes() {
	for _, v := range m.views {
		for _, other := range m.views {
			if other.of != v.of {
				continue
			}
			for _, b := range other.scope {
				v.write = slices.DeleteFunc(slices.Clone(v.write), func(w string) bool { return w == b.attribute })
			}
		}
	}
}

// lines writes the view.
func (v *view) lines(w *writer) {
	if why := v.why(); why != "" {
		w.begin(2, why)
		defer w.end()
	}
	for _, note := range v.notes {
		w.note(2, note.String())
	}
	p := &v.part
	w.line(2, p, quote(v.name)+":", "")
	w.line(4, p, "of: "+quote(v.of.name), "")
	if v.roles {
		w.line(4, p, "roles: [admin]", "guessed")
	}
	if v.any {
		w.line(4, p, "scope: any", "everybody's items")
		if v.scan {
			w.line(4, p, "scan: not said yet", "why may each request read the whole table?")
		} else {
			w.line(4, p, "by: partition", "")
		}
		w.line(4, p, "reason: not said yet", "why may they reach everybody's items?")
	} else {
		var scope []string
		for _, b := range v.scope {
			scope = append(scope, attributeKey(b.attribute)+": "+b.value)
		}
		w.line(4, p, "scope: { "+strings.Join(scope, ", ")+" }", "")
	}
	v.writeShow(w)
	if v.fresh {
		w.line(4, p, "fresh: true", "the index does not hold every attribute")
	}
	if len(v.write) > 0 {
		var names []string
		for _, name := range v.write {
			names = append(names, attributePath(name))
		}
		w.list(4, p, "write", names)
	}
	if len(v.newID) > 0 {
		var set []string
		for _, name := range v.newID {
			set = append(set, attributeKey(name)+`: "{new_id}"`)
		}
		w.line(4, p, "set: { on_create: { "+strings.Join(set, ", ")+" } }", "guessed")
	}
}

func (v *view) writeShow(w *writer) {
	var names []string
	for _, s := range v.show {
		if v.of.find(s.path) == nil {
			continue // its declaration was refused
		}
		if s.reason {
			names = append(names, "{ "+attributePath(s.path)+": { reason: not said yet } }")
		} else if s.as != "" {
			names = append(names, "{ "+attributePath(s.path)+": { as: "+quote(s.as)+" } }")
		} else {
			names = append(names, attributePath(s.path))
		}
	}
	if len(names) > 0 {
		w.list(4, &v.part, "show", names)
	}
	for _, left := range v.left {
		w.note(4, left)
	}
}

// list writes a list in one line, or in one for each where that is too long.
func (w *writer) list(indent int, p *part, key string, names []string) {
	line := key + ": [" + strings.Join(names, ", ") + "]"
	if len(line) <= 100 {
		w.line(indent, p, line, "")
		return
	}
	w.line(indent, p, key+":", "")
	for _, n := range names {
		w.line(indent+2, p, "- "+n, "")
	}
}
