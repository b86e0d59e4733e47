package scan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/surface"
)

// survey is what a run learns of what the app does with its tables, beside the
// findings. Everything that a function does is a note with a number, by which
// the engine tells which entries do it. It decides nothing: rules do not read it.
type survey struct {
	notes    []note
	ids      map[string]int32
	settings map[string]bool // names of tables that are names of settings
	shown    map[*entry]map[*read][]showing
	types    map[typed]string // what literals and uses tell of attributes
	models   map[string]*surface.Table
	aliases  map[string]string       // a model's class to its table's name
	decides  map[string]pyflow.Place // where a read's attribute decides a test
}

// maxSurvey bounds the notes of a run.
const maxSurvey = 50_000

// note is one thing that code does: an access, or a use of what one gave.
type note struct {
	access  *surface.Access // nil for a use
	read    *read           // what the access gives, or whose item is used
	field   string
	checked string            // the claim that the attribute is compared with
	item    []surface.Binding // where what is stored comes from
	at      pyflow.Place
}

// showing is an attribute that reaches a response.
type showing struct {
	name, as string
	guarded  bool
	at       pyflow.Place
}

// typed is an attribute of a table, as a key.
type typed struct{ table, name string }

func newSurvey() survey {
	return survey{
		ids: map[string]int32{}, settings: map[string]bool{}, shown: map[*entry]map[*read][]showing{},
		types: map[typed]string{}, models: map[string]*surface.Table{}, aliases: map[string]string{}, decides: map[string]pyflow.Place{},
	}
}

// add gives a note its number.
func (s *scanner) note(key string, n note) {
	id, known := s.survey.ids[key]
	if !known {
		if len(s.survey.notes) >= maxSurvey {
			return
		}
		id = int32(len(s.survey.notes))
		s.survey.ids[key] = id
		s.survey.notes = append(s.survey.notes, n)
	}
	s.engine.Note(id)
}

// touch notes that code takes an attribute out of an item.
func (s *scanner) touch(f *pyflow.Frame, from dataMark, out []pyflow.Mark) {
	if from.level < levelItem || f == nil || f.Calling() {
		return
	}
	for _, o := range out {
		m, ok := o.(dataMark)
		if !ok || m.level != levelField || m.field == from.field || strings.HasPrefix(m.field, "*") {
			continue
		}
		s.uses(m, f.Spot())
	}
}

func (s *scanner) uses(m dataMark, at pyflow.Place) {
	s.note("use|"+m.read.id+"|"+m.field+"|"+placeKey(at), note{read: m.read, field: m.field, at: at})
}

// shows notes what of a read reaches an entry's response.
func (s *survey) shows(e *entry, r *read, list []shown) {
	if e.kind == hook || e.kind == consumer {
		return
	}
	byRead := s.shown[e]
	if byRead == nil {
		byRead = map[*read][]showing{}
		s.shown[e] = byRead
	}
	for _, x := range list {
		m := x.Mark.(dataMark)
		out := showing{name: "*", guarded: m.guarded, at: within(e.fn, x.Trace)}
		if m.level == levelField && !strings.HasPrefix(m.field, "*") {
			out.name = m.field
			if as := lastPart(x.path); as != lastPart(m.field) {
				out.as = as
			}
		}
		byRead[r] = append(byRead[r], out)
	}
}

// within is the last place on a trace that lies in a function.
func within(fn *pyflow.Func, trace *pyflow.Trace) pyflow.Place {
	whole := fn.Place()
	if fn.Def != nil {
		whole.Span = fn.Def.Span
	}
	for t := trace; t != nil; t = t.Prev {
		if t.File == whole.File && whole.Start <= t.Start && t.End <= whole.End {
			return t.Place
		}
	}
	return end(trace, fn.Place())
}

// app puts together what the run has learned.
func (s *scanner) app(texts []textFile) *surface.App {
	app := &surface.App{}
	tables := s.tables(texts)
	reached := map[int32]bool{}
	for _, e := range s.entries {
		if e.kind != route && !(e.kind == lambdaFunction && e.http) {
			continue
		}
		r := describeRoute(e)
		s.requested(e, &r)
		for _, id := range e.notes {
			reached[id] = true
		}
		r.Accesses = s.accesses(e.notes, s.survey.shown[e])
		app.Routes = append(app.Routes, r)
	}
	var rest []int32
	for i := range s.survey.notes {
		if id := int32(i); s.survey.notes[i].access == nil || !reached[id] {
			rest = append(rest, id)
		}
	}
	app.Elsewhere = s.accesses(rest, nil)
	slices.SortStableFunc(app.Routes, func(a, b surface.Route) int {
		return cmp.Or(orderOf(a.Location, b.Location), strings.Compare(a.Title, b.Title))
	})
	s.fill(app, tables)
	markOwners(app)
	app.Identity = s.callers()
	return app
}

func orderOf(a, b finding.Location) int {
	switch {
	case a.Before(b):
		return -1
	case b.Before(a):
		return 1
	}
	return 0
}

// accesses are those of the notes, with what is done to what they give.
func (s *scanner) accesses(ids []int32, shown map[*read][]showing) []surface.Access {
	uses := map[*read][]note{}
	for _, id := range ids {
		if n := s.survey.notes[id]; n.access == nil {
			uses[n.read] = append(uses[n.read], n)
		}
	}
	var out []surface.Access
	for _, id := range ids {
		n := s.survey.notes[id]
		if n.access == nil {
			continue
		}
		a := *n.access
		a.Bindings = slices.Clone(a.Bindings)
		a.Reads = slices.Clone(a.Reads)
		if n.read != nil {
			for _, u := range uses[n.read] {
				if u.checked != "" {
					a.Bindings = append(a.Bindings, surface.Binding{Attribute: u.field, Source: surface.FromPrincipal, Name: u.checked, Operator: "eq", Checked: true})
				}
				a.Reads = append(a.Reads, surface.Attribute{Name: u.field, Location: locate(u.at)})
			}
			a.Shows, a.Guarded = showings(shown[n.read], n.access.Shows)
		} else {
			a.Shows = nil
		}
		a.Reads, a.Shows = attributes(a.Reads), attributes(a.Shows)
		a.Bindings = slices.CompactFunc(a.Bindings, func(x, y surface.Binding) bool { return x == y })
		out = append(out, a)
	}
	slices.SortStableFunc(out, func(a, b surface.Access) int {
		return cmp.Or(orderOf(a.Location, b.Location), strings.Compare(a.Table, b.Table), strings.Compare(a.Index, b.Index), strings.Compare(a.Operation, b.Operation), int(a.Scope)-int(b.Scope))
	})
	return out
}

// showings are what reaches a response; guarded says that all of it has been
// found to be the caller's own. Of a call that names what it reads, the whole
// item is that.
func showings(list []showing, projected []surface.Attribute) (out []surface.Attribute, guarded bool) {
	guarded = len(list) > 0
	for _, x := range list {
		guarded = guarded && x.guarded
		at := locate(x.at)
		if x.name == "*" && len(projected) > 0 {
			for _, p := range projected {
				out = append(out, surface.Attribute{Name: p.Name, Location: at})
			}
			continue
		}
		out = append(out, surface.Attribute{Name: x.name, As: x.as, Location: at})
	}
	return out, guarded
}

// attributes sorts a list by name, each name and outer name once, at its first
// place.
func attributes(list []surface.Attribute) []surface.Attribute {
	slices.SortStableFunc(list, func(a, b surface.Attribute) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.As, b.As), orderOf(a.Location, b.Location))
	})
	return slices.CompactFunc(list, func(a, b surface.Attribute) bool { return a.Name == b.Name && a.As == b.As })
}
