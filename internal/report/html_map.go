package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/surface"
)

// The map is drawn in panels of routes of one file, so that an app of hundreds
// of routes stays readable.
const (
	panelRoutes = 12 // that a panel holds
	panelFields = 24 // attributes of one table in a panel; further ones share a row
	maxRoutes   = 600
	maxCalls    = 60 // of a route, and ten times as many that no route reaches
	maxFlows    = 80 // attributes of a call
	maxBindings = 6  // of a call
	fewRoutes   = 40 // whose panels need not be folded
)

type htmlMap struct {
	Panels    []htmlPanel
	Left      int // routes that the page has no room for
	Elsewhere []htmlCall
	More      int // accesses elsewhere that the page has no room for
	Tables    []htmlTable
	NTables   int
	Fold      bool // the tables
}

// htmlPanel is a figure: its routes on the left, the attributes that flow from
// and to them on the right.
type htmlPanel struct {
	Title  string
	Worst  rank
	Routes []htmlRoute
	Tables []htmlPanelTable
	Height int // of the figure, in units of the SVG
	Open   bool
	NFound int
}

type htmlRoute struct {
	ID, Title, Place, Function string
	Worst                      rank
	NFound                     int
	Section                    string // of its findings, "" without any
	Login                      string
	Reach                      string // the widest of what its calls can get at
	Others                     string // further paths
	Calls                      []htmlCall
	More                       int // calls that the page has no room for
	Lines                      []htmlLine
	first                      int // where it stands in the app
}

type htmlCall struct {
	Operation, Table, Index, Place, Scope string
	Flows                                 []htmlFlow
	Reads                                 string // what the code reads and does not show
	More                                  int    // flows that the page has no room for

	table string // its name, not shortened
	write bool
}

// htmlFlow is an attribute on its way out to the response, or in to the table.
type htmlFlow struct {
	Name, As, Class string
	Write, Whole    bool
	Worst           rank

	name string
}

// Direction says the flow in a word.
func (f htmlFlow) Direction() string {
	if f.Write {
		return "stored"
	}
	return "response"
}

type htmlPanelTable struct {
	ID, Name string
	Rows     []htmlRow
}

type htmlRow struct {
	Name, Class string
	Whole       bool
	Worst       rank
	Key         string // ties it to its lines
}

// htmlLine is one flow in the SVG of its route.
type htmlLine struct {
	Path, Arrow  string // of SVG
	Write        bool
	Worst        rank
	MarkX, MarkY int
	Key          string
}

// facts sum up the app.
func (m *htmlMap) facts(app *surface.App) []string {
	out := []string{count(len(app.Routes), "route", "routes"), count(m.NTables, "table", "tables")}
	open := 0
	for i := range app.Routes {
		if r := &app.Routes[i]; !r.Authenticated && !r.Restricted && len(r.Accesses) > 0 {
			open++
		}
	}
	switch {
	case open == 1:
		out = append(out, "1 route reaches a table without a login")
	case open > 1:
		out = append(out, fmt.Sprintf("%d routes reach a table without a login", open))
	}
	return out
}

// newHTMLMap draws an app. Sections are the ids of the findings' sections, by
// title.
func newHTMLMap(app *surface.App, x *routeIndex, sections map[string]string) *htmlMap {
	m := &htmlMap{}
	b := &mapBuilder{x: x, index: newTableIndex(app)}
	order := make([]int, len(app.Routes))
	for i := range order {
		order[i] = i
	}
	if len(order) > maxRoutes {
		slices.SortStableFunc(order, func(i, j int) int { return int(x.worst(j) - x.worst(i)) })
		m.Left = len(order) - maxRoutes
		order = order[:maxRoutes]
		slices.Sort(order)
	}
	routes := make([]htmlRoute, 0, len(order))
	for _, i := range order {
		routes = append(routes, b.route(i, sections))
	}
	for _, part := range panelsOf(app, routes) {
		m.Panels = append(m.Panels, b.panel(part, app))
	}
	slices.SortStableFunc(m.Panels, func(p, q htmlPanel) int {
		return cmp.Or(int(q.Worst-p.Worst), compareBool(len(p.Tables) == 0, len(q.Tables) == 0))
	})
	for i := range m.Panels {
		p := &m.Panels[i]
		p.Open = len(p.Tables) > 0 && (len(routes) <= fewRoutes || i < 3)
	}
	m.elsewhere(app, b)
	m.Tables, m.NTables = b.index.pages(routes), len(b.index.names)
	m.Fold = len(m.Tables) > 6
	return m
}

type mapBuilder struct {
	x     *routeIndex
	index *tableIndex
}

func (b *mapBuilder) route(i int, sections map[string]string) htmlRoute {
	r := &b.x.routes[i]
	out := htmlRoute{
		ID: fmt.Sprintf("r%d", i+1), Title: name(r.Title), Place: name(place(r.Location)), Function: name(r.Function),
		Worst: b.x.worst(i), NFound: len(b.x.findings[i]), Login: "no login", first: i,
	}
	var others []string
	for _, path := range r.Others {
		others = append(others, name(path))
	}
	out.Others = list(others, 4)
	if out.NFound > 0 {
		out.Section = sections[r.Title]
	}
	switch {
	case r.Restricted:
		out.Login = "asks for a role"
	case r.Authenticated:
		out.Login = "asks for a login"
	}
	out.More = max(len(r.Accesses)-maxCalls, 0)
	widest := surface.Constant + 1
	for j := range r.Accesses[:min(len(r.Accesses), maxCalls)] {
		a := &r.Accesses[j]
		call := b.call(i, a)
		out.Calls = append(out.Calls, call)
		if call.Scope != "" && len(a.Shows) > 0 && a.Scope < widest {
			widest, out.Reach = a.Scope, a.Scope.String()
		}
	}
	return out
}

// call describes an access of a route, or of none where route is -1.
func (b *mapBuilder) call(route int, a *surface.Access) htmlCall {
	out := htmlCall{
		Operation: name(a.Operation), Table: tableTitle(a.Table), Index: name(a.Index), Place: name(place(a.Location)),
		Scope: scope(a), table: a.Table, write: writes(a.Operation),
	}
	for _, part := range []struct {
		attributes []surface.Attribute
		write      bool
	}{{a.Shows, false}, {a.Writes, true}} {
		ranks := b.x.weigh(route, a, part.attributes)
		for k, attribute := range part.attributes {
			if len(out.Flows) == maxFlows {
				out.More++
				continue
			}
			f := htmlFlow{
				Name: name(attribute.Name), Class: b.index.class(a.Table, attribute.Name), Write: part.write,
				Whole: attribute.Name == "*", Worst: ranks[k], name: attribute.Name,
			}
			if attribute.As != attribute.Name {
				f.As = name(attribute.As)
			}
			out.Flows = append(out.Flows, f)
		}
	}
	slices.SortStableFunc(out.Flows, func(f, g htmlFlow) int { return int(g.Worst - f.Worst) })
	var reads []string
	for _, attribute := range a.Reads {
		shown := slices.ContainsFunc(a.Shows, func(s surface.Attribute) bool { return s.Name == attribute.Name })
		if n := name(attribute.Name); !shown && !slices.Contains(reads, n) {
			reads = append(reads, n)
		}
	}
	slices.Sort(reads)
	out.Reads = list(reads, 20)
	return out
}

// scope says whose items an access reaches, and by what.
func scope(a *surface.Access) string {
	var by []string
	for i := range a.Bindings {
		if len(by) == maxBindings {
			break
		}
		if b := &a.Bindings[i]; b.Key || b.Checked {
			by = append(by, binding(b))
		}
	}
	out := a.Scope.String()
	switch {
	case len(by) > 0:
		out += ": " + strings.Join(by, ", ")
	case a.Scope == surface.Unbound && writes(a.Operation):
		return "" // what is stored is no choice among items
	}
	if a.Guarded {
		out += ", and found to be the caller's own"
	}
	return name(out)
}

// operators are the comparisons of bindings in words; what is not here is equality.
var operators = map[string]string{
	"ne": "is not", "lt": "is less than", "lte": "is at most", "gt": "is more than", "gte": "is at least",
	"between": "is between", "begins_with": "begins with", "contains": "contains",
}

// binding says what an attribute is bound to.
func binding(b *surface.Binding) string {
	from := b.Source.String()
	switch b.Source {
	case surface.Unknown:
	case surface.FromConstant:
		if b.Template != "" {
			from = b.Template
		}
	case surface.FromPrincipal, surface.FromPath, surface.FromQuery, surface.FromBody, surface.FromHeader:
		from = strings.TrimSpace("the " + from + "'s " + b.Name)
	}
	if b.Template != "" && b.Source != surface.FromConstant {
		from = b.Template + " of " + from
	}
	if b.Attribute != "" {
		from = b.Attribute + " " + cmp.Or(operators[b.Operator], "is") + " " + from
	}
	if b.Checked {
		from += " (checked once it is read)"
	}
	return from
}

func writes(operation string) bool {
	for _, verb := range []string{"Put", "Update", "Delete", "BatchWrite", "TransactWrite"} {
		if strings.HasPrefix(operation, verb) {
			return true
		}
	}
	return false
}

func tableTitle(table string) string {
	if table == "" {
		return "unknown table"
	}
	return name(table)
}

// panelsOf parts routes by their files, and files of many routes further. An
// app of few routes is one panel.
func panelsOf(app *surface.App, routes []htmlRoute) [][]htmlRoute {
	if len(routes) <= panelRoutes {
		if len(routes) == 0 {
			return nil
		}
		return [][]htmlRoute{routes}
	}
	file := func(r htmlRoute) string { return app.Routes[r.first].Location.Path }
	slices.SortStableFunc(routes, func(r, s htmlRoute) int { return cmp.Compare(file(r), file(s)) })
	var out [][]htmlRoute
	for begin := 0; begin < len(routes); {
		end := begin
		for end < len(routes) && file(routes[end]) == file(routes[begin]) {
			end++
		}
		n := end - begin
		panels := (n + panelRoutes - 1) / panelRoutes
		for part := range slices.Chunk(routes[begin:end], (n+panels-1)/panels) {
			out = append(out, part)
		}
		begin = end
	}
	return out
}

// panelTitle is a panel's file, and its lines where the file has several panels.
func panelTitle(app *surface.App, routes []htmlRoute, alone bool) string {
	first, last := app.Routes[routes[0].first].Location, app.Routes[routes[len(routes)-1].first].Location
	switch {
	case first.Path != last.Path:
		return "All routes"
	case alone:
		return name(first.Path)
	}
	from, to := first.Start.Line, last.Start.Line
	return fmt.Sprintf("%s, lines %d to %d", name(first.Path), min(from, to), max(from, to))
}

func (b *mapBuilder) panel(routes []htmlRoute, app *surface.App) htmlPanel {
	same := 0
	for i := range app.Routes {
		if app.Routes[i].Location.Path == app.Routes[routes[0].first].Location.Path {
			same++
		}
	}
	p := htmlPanel{Title: panelTitle(app, routes, same <= len(routes)), Routes: routes}
	for i := range routes {
		p.Worst = max(p.Worst, routes[i].Worst)
		p.NFound += routes[i].NFound
	}
	p.lay(b.index)
	return p
}

// elsewhere lists what no route reaches.
func (m *htmlMap) elsewhere(app *surface.App, b *mapBuilder) {
	n := min(len(app.Elsewhere), 10*maxCalls)
	m.More = len(app.Elsewhere) - n
	for i := range app.Elsewhere[:n] {
		m.Elsewhere = append(m.Elsewhere, b.call(-1, &app.Elsewhere[i]))
	}
}

// list joins names, and counts those beyond a number.
func list(names []string, most int) string {
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
