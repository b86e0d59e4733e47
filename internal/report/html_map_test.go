package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/surface"
)

func TestAFlowIsAsBadAsTheFindingsWhoseWayLeadsOverIt(t *testing.T) {
	read := line("app.py", 10)
	route := surface.Route{Title: "GET /me", Function: "app.me"}
	access := surface.Access{Table: "Users", Operation: "GetItem", Location: read, Shows: attributes(read, "name", "email", "ssn")}
	over := []finding.Step{{Location: read}}
	tests := []struct {
		name string
		f    finding.Finding
		want []rank // of name, email, ssn
	}{
		{"the whole read", finding.Finding{Severity: finding.Medium, Group: "GET /me", Flow: over, Anchor: "get_item"}, []rank{3, 3, 3}},
		{"an attribute that the anchor names", finding.Finding{Severity: finding.High, Group: "GET /me", Flow: over, Anchor: "ssn in users"}, []rank{0, 0, 4}},
		{"by the function's name", finding.Finding{Severity: finding.High, Group: "app.me", Location: read, Anchor: "email"}, []rank{0, 4, 0}},
		{"another line", finding.Finding{Severity: finding.High, Group: "GET /me", Location: line("app.py", 11)}, []rank{0, 0, 0}},
		{"another route", finding.Finding{Severity: finding.High, Group: "GET /you", Flow: over}, []rank{0, 0, 0}},
		{"an error, which moves no attribute", finding.Finding{Severity: finding.High, Group: "GET /me", Flow: over, CWEs: []finding.CWE{209}}, []rank{0, 0, 0}},
		{"in the baseline", finding.Finding{Severity: finding.High, Group: "GET /me", Flow: over, Known: true}, []rank{0, 0, 0}},
		{"suppressed", finding.Finding{Severity: finding.High, Group: "GET /me", Flow: over, Suppressed: "why"}, []rank{0, 0, 0}},
	}
	for _, test := range tests {
		test.f.Confidence = finding.Likely
		x := newRouteIndex(&surface.App{Routes: []surface.Route{route}}, []finding.Finding{test.f})
		if got := x.weigh(0, &access, access.Shows); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestRoutesOfOneTitleKeepTheirFindingsApart(t *testing.T) {
	app := &surface.App{Routes: []surface.Route{{Title: "GET /", Function: "a.index"}, {Title: "GET /", Function: "b.index"}}}
	x := newRouteIndex(app, []finding.Finding{{Group: "GET /", Context: "b.index", Confidence: finding.Likely}})
	if len(x.findings[0]) != 0 || len(x.findings[1]) != 1 {
		t.Errorf("%v", x.findings)
	}
}

func TestALargeAppIsDrawnByFileAndNoPanelIsLong(t *testing.T) {
	r := largeApp(200, 50, 10)
	m := newHTMLPage(r, HTMLOptions{}).Map
	routes := 0
	for i, p := range m.Panels {
		routes += len(p.Routes)
		if len(p.Routes) > panelRoutes || p.Title == "All routes" {
			t.Errorf("%s: %d routes", p.Title, len(p.Routes))
		}
		if i > 0 && p.Worst > m.Panels[i-1].Worst {
			t.Errorf("%s comes after what is less bad", p.Title)
		}
	}
	if routes != 200 {
		t.Errorf("%d routes drawn", routes)
	}
}

func TestAttributesBeyondAPanelsRoomShareARowAsBadAsTheWorst(t *testing.T) {
	read := line("app.py", 10)
	var names []string
	for i := range panelFields + 5 {
		names = append(names, string(rune('A'+i)))
	}
	app := &surface.App{Routes: []surface.Route{{Title: "GET /", Accesses: []surface.Access{{Table: "T", Location: read, Shows: attributes(read, names...)}}}}}
	f := finding.Finding{Group: "GET /", Severity: finding.Low, Confidence: finding.Likely, Location: read}
	m := newHTMLPage(&Report{App: app, Findings: []finding.Finding{f}}, HTMLOptions{}).Map
	rows := m.Panels[0].Tables[0].Rows
	if last := rows[len(rows)-1]; len(rows) != panelFields+1 || last.Name != "5 more" || last.Worst.String() != "low" {
		t.Errorf("%d rows, the last %+v", len(rows), last)
	}
	if want := tableHeight + (panelFields+1)*fieldHeight; m.Panels[0].Height != want {
		t.Errorf("height %d, want %d", m.Panels[0].Height, want)
	}
}

func TestAMapCountsWhatItHasNoRoomFor(t *testing.T) {
	read := line("app.py", 10)
	route := surface.Route{Title: "GET /"}
	for i := range maxTables + 7 {
		route.Accesses = append(route.Accesses, surface.Access{Table: fmt.Sprintf("T%03d", i), Operation: "GetItem", Location: read})
	}
	page := string(write(t, html(HTMLOptions{}), &Report{App: &surface.App{Routes: []surface.Route{route}}}))
	for _, want := range []string{"247 more calls", "The first 300 of 307 tables.", "<li>307 tables</li>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestAnAttributeSaysWhichRoutesShowAndStoreIt(t *testing.T) {
	m := newHTMLPage(exampleApp(), HTMLOptions{}).Map
	for _, table := range m.Tables {
		for _, f := range table.Fields {
			switch table.Name + "." + f.Name {
			case "Orders.total":
				if len(f.Shown) != 2 || f.Shown[0].Title != "GET /orders" || f.Shown[1].Title != "GET /me/orders" || len(f.Stored) != 0 {
					t.Errorf("%+v", f)
				}
			case "UserProfiles.password":
				if len(f.Shown) != 0 || len(f.Stored) != 1 || f.Class != "secret" || f.Worst.String() != "critical" {
					t.Errorf("%+v", f)
				}
			}
		}
	}
}
