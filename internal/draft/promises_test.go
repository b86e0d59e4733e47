package draft_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/draft"
	"github.com/discreet-dev/discreet/internal/surface"
)

// notesApp is an app with one table and one route, changed by a test.
func notesApp(change func(*surface.App, *surface.Table, *surface.Route, *surface.Access)) *surface.App {
	app := &surface.App{
		Identity: surface.Identity{Kind: surface.HeaderIdentity, Name: "X-User-Id"},
		Tables: []surface.Table{{
			Name: "Notes", Declared: true, PartitionKey: "owner", PartitionType: "S", SortKey: "note", SortType: "S",
			Fields: []surface.Field{{Name: "mood"}, {Name: "owner", Owner: true, Class: "personal"}, {Name: "phone", Class: "personal"}, {Name: "title", Class: "ordinary"}, {Name: "token", Class: "secret"}},
		}},
		Routes: []surface.Route{{Title: "GET /notes/<id>", Methods: []string{"GET"}, Path: "/notes/{id}", Accesses: []surface.Access{{
			Table: "Notes", Operation: "GetItem", Scope: surface.Principal, Shows: shows("*"),
			Bindings: []surface.Binding{{Attribute: "owner", Source: surface.FromPrincipal, Owner: true}, {Attribute: "note", Source: surface.FromPath, Name: "id"}},
		}}}},
	}
	if change != nil {
		change(app, &app.Tables[0], &app.Routes[0], &app.Routes[0].Accesses[0])
	}
	return app
}

func shownBy(v *contract.View) []string {
	var out []string
	for _, s := range v.Show {
		out = append(out, s.Path.String())
	}
	slices.Sort(out)
	return out
}

func TestAWholeItemShowsWhatIsKnownAndNoSecret(t *testing.T) {
	d, c := written(t, notesApp(nil))
	if got := strings.Join(shownBy(c.Views[0]), " "); got != "note owner phone title" {
		t.Errorf("shows %s\n%s", got, d.Text)
	}
	if got := c.Routes[0].Text; got != "GET /notes/{note}" || !strings.Contains(d.Text, "where it is {id}") {
		t.Errorf("%s\n%s", got, d.Text)
	}
}

func TestWhatTheCodeNamesInItsAnswerIsItsOwnersToSee(t *testing.T) {
	d, c := written(t, notesApp(func(_ *surface.App, _ *surface.Table, _ *surface.Route, a *surface.Access) {
		a.Shows = shows("mood", "risk_score", "token")
	}))
	if got := strings.Join(shownBy(c.Views[0]), " "); got != "mood" {
		t.Errorf("shows %s\n%s", got, d.Text)
	}
	if a := c.Tables[0].Items[0].Attributes["mood"]; a.Class != contract.Personal {
		t.Errorf("mood is %s", a.Class)
	}
}

// In each of these nothing is in force, and the question says why.
func TestWhatNobodyDecidedWaits(t *testing.T) {
	type change = func(*surface.App, *surface.Table, *surface.Route, *surface.Access)
	tests := map[string]struct {
		change
		question string
	}{
		"a scan": {func(_ *surface.App, _ *surface.Table, _ *surface.Route, a *surface.Access) {
			a.Operation, a.Scope, a.Bindings = "Scan", surface.Unbound, nil
		}, "Who may read every item?"},
		"a role": {func(_ *surface.App, _ *surface.Table, r *surface.Route, _ *surface.Access) { r.Restricted = true }, "Which role may read these items?"},
		"nobody's items": {func(_ *surface.App, x *surface.Table, _ *surface.Route, a *surface.Access) {
			x.Fields[1].Owner, a.Scope = false, surface.Caller
			a.Bindings = []surface.Binding{{Attribute: "owner", Source: surface.FromPath, Name: "a"}, {Attribute: "note", Source: surface.FromPath, Name: "id"}}
		}, "Who may read these items? The code binds them to nobody."},
		"a constant key": {func(_ *surface.App, x *surface.Table, _ *surface.Route, a *surface.Access) {
			x.Fields[1].Owner, a.Scope = false, surface.Constant
			a.Bindings = []surface.Binding{{Attribute: "owner", Source: surface.FromConstant}, {Attribute: "note", Source: surface.FromPath, Name: "id"}}
		}, "Who may see the items that the code names itself?"},
		"two owners": {func(_ *surface.App, x *surface.Table, _ *surface.Route, a *surface.Access) {
			x.PartitionKey, x.SortKey, a.Scope = "note", "", surface.Caller
			x.Fields = append(x.Fields, surface.Field{Name: "editor", Owner: true})
			a.Bindings = []surface.Binding{{Attribute: "note", Source: surface.FromPath, Name: "id"}}
		}, "of whom editor or owner names?"},
		"an unknown variable": {func(_ *surface.App, _ *surface.Table, r *surface.Route, _ *surface.Access) {
			r.Path = "/teams/{team}/notes/{id}"
		}, "What is {team}?"},
		"an unknown path": {func(_ *surface.App, _ *surface.Table, r *surface.Route, _ *surface.Access) { r.Path = "" }, "Which path?"},
		"an unknown key":  {func(_ *surface.App, x *surface.Table, _ *surface.Route, _ *surface.Access) { x.PartitionKey = "" }, "Which attribute is the partition key?"},
		"only secrets":    {func(_ *surface.App, _ *surface.Table, _ *surface.Route, a *surface.Access) { a.Shows = shows("token") }, "What of these items is no secret?"},
		"an update of anything": {func(_ *surface.App, _ *surface.Table, r *surface.Route, a *surface.Access) {
			r.Methods, a.Operation, a.Shows, a.Writes = []string{"PATCH"}, "UpdateItem", nil, shows("title")
		}, "Which attributes may the caller change?"},
		"a segment of another form": {func(_ *surface.App, _ *surface.Table, r *surface.Route, _ *surface.Access) { r.Path = "/notes/n-{id}" }, "A segment of the path"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d, c := written(t, notesApp(test.change))
			if len(c.Routes)+len(c.Views) != 0 || d.Waiting != 1 {
				t.Errorf("in force:\n%s", d.Text)
			}
			if !strings.Contains(d.Text, "## "+test.question) && !strings.Contains(strings.ReplaceAll(d.Text, "\n  ## ", " "), test.question) {
				t.Errorf("the question is not %q:\n%s", test.question, d.Text)
			}
		})
	}
}

func TestWhoeverTheCodeLetsTheCallerNameIsTheCallerAlone(t *testing.T) {
	for _, source := range []surface.Source{surface.FromPath, surface.FromQuery, surface.FromBody, surface.FromHeader, surface.Unknown} {
		d, c := written(t, notesApp(func(_ *surface.App, _ *surface.Table, _ *surface.Route, a *surface.Access) {
			a.Scope, a.Bindings[0].Source, a.Bindings[0].Name = surface.Caller, source, "who"
		}))
		if len(c.Views) != 1 || len(c.Views[0].Scope) != 1 || c.Views[0].Scope[0].Attribute.Name != "owner" || c.Views[0].Scope[0].Value.Kind != contract.FromID {
			t.Errorf("%s:\n%s", source, d.Text)
		}
	}
}

func TestCallersWriteWhatTheySendAlreadyAndNoRight(t *testing.T) {
	d, c := written(t, notesApp(func(_ *surface.App, x *surface.Table, r *surface.Route, a *surface.Access) {
		x.Fields = append(x.Fields, surface.Field{Name: "is_admin", Class: "ordinary"}, surface.Field{Name: "status", Class: "ordinary"})
		r.Methods, r.Path, a.Operation, a.Shows = []string{"POST"}, "/notes", "PutItem", nil
		a.Writes = append(sends("title", "mood", "token", "is_admin", "owner"), surface.Attribute{Name: "status", Source: surface.FromConstant})
		a.Bindings[1] = surface.Binding{Attribute: "note"}
	}))
	var got []string
	for _, p := range c.Views[0].Write {
		got = append(got, p.String())
	}
	if strings.Join(got, " ") != "title mood" || len(c.Views[0].OnCreate) != 1 || c.Views[0].OnCreate[0].Attribute.Name != "note" {
		t.Errorf("writes %s\n%s", got, d.Text)
	}
}

func TestWhatTheCheckRefusesIsCommentedOutAndNothingElse(t *testing.T) {
	app := notesApp(func(app *surface.App, _ *surface.Table, r *surface.Route, _ *surface.Access) {
		app.Routes = append(app.Routes, *r)
		app.Routes[1].Path = "/mine/{id}"
	})
	d := draft.Contract(draft.Config{App: app, Check: func(text string) []draft.Refusal {
		for i, line := range strings.Split(text, "\n") {
			if strings.HasPrefix(line, "  GET /mine") {
				return []draft.Refusal{{Line: i + 1, Why: "no reason"}}
			}
		}
		return check(text)
	}})
	if d.Routes != 1 || d.Waiting != 1 || d.Views != 1 || !strings.Contains(d.Text, "## `discreet check` refuses it: no reason\n  # GET /mine/{note}:") || len(d.Refused) != 0 {
		t.Errorf("%+v\n%s", d, d.Text)
	}
}

func TestARefusalOfNoPartIsReported(t *testing.T) {
	refused := []draft.Refusal{{Line: 1, Why: "the head"}, {Line: 0}, {Line: 1 << 20}}
	d := draft.Contract(draft.Config{App: notesApp(nil), Check: func(string) []draft.Refusal { return refused }})
	if !slices.Equal(d.Refused, refused) {
		t.Errorf("%v", d.Refused)
	}
}

// A name of the code acts neither on the terminal nor on the file.
func TestAHostileNameIsWordsAlone(t *testing.T) {
	d, _ := written(t, notesApp(func(app *surface.App, x *surface.Table, r *surface.Route, a *surface.Access) {
		hostile := "\x1b[31m\n  evil: {\u202e"
		x.Fields = append(x.Fields, surface.Field{Name: hostile, Class: "ordinary"})
		x.Name += hostile
		a.Table, a.Path = x.Name, hostile
		r.Title, r.Path = hostile, "/notes/{"+hostile+"}"
		app.Identity.Name, app.Identity.Path = hostile, hostile
		app.Routes = append(app.Routes, surface.Route{Title: hostile, Accesses: []surface.Access{{Table: x.Name, Operation: "GetItem", Location: a.Location}}})
	}))
	for _, text := range append(d.Questions, d.Text) {
		if strings.ContainsAny(text, "\x1b\u202e") || strings.Contains(text, "\n  evil") {
			t.Errorf("%q", text)
		}
	}
}

func TestNamesThatYAMLReadsOtherwiseStayNames(t *testing.T) {
	odd := []string{"no", "on", "NULL", "1", "1e3", "a b", "a#b", "# c", ": x", "a`b", `"`, `\`, "'", "-", "- x", "&a", "*b", "!t", "@x", "%d", "=", "名前", "имя"}
	d, c := written(t, notesApp(func(_ *surface.App, x *surface.Table, _ *surface.Route, _ *surface.Access) {
		for _, name := range odd {
			x.Fields = append(x.Fields, surface.Field{Name: name, Class: "ordinary"})
		}
	}))
	for _, name := range odd {
		if c.Tables[0].Items[0].Attributes[name] == nil {
			t.Errorf("%q is not declared\n%s", name, d.Text)
		}
	}
	if got := len(c.Views[0].Show); got != len(odd)+4 {
		t.Errorf("%d shown\n%s", got, d.Text)
	}
}

func TestItemsAreToldApartByTheKeysThatTheCodeComposes(t *testing.T) {
	d, c := written(t, apps["single-table"])
	got := map[string]string{}
	for _, it := range c.Tables[0].Items {
		got[it.Name] = it.Keys["PK"].String() + " " + it.Keys["SK"].String()
	}
	for name, want := range map[string]string{"Profile": "USER#{user} PROFILE", "Order": "USER#{user} ORDER#{order}", "Member": "TENANT#{tenant} MEMBER#{member}"} {
		if got[name] != want {
			t.Errorf("%s: %s\n%s", name, got[name], d.Text)
		}
	}
}

func TestOfTypesThatOneItemCouldBeOfTheMoreExactStays(t *testing.T) {
	d, c := written(t, notesApp(func(app *surface.App, x *surface.Table, r *surface.Route, a *surface.Access) {
		a.Bindings[0].Template, a.Bindings[1].Template = "USER#{}", "NOTE#{}"
		other := *r
		other.Path, other.Accesses = "/all/{id}", []surface.Access{*a}
		other.Accesses[0].Bindings = slices.Clone(a.Bindings)
		other.Accesses[0].Bindings[1].Template = "NOTE#A{}"
		app.Routes = append(app.Routes, other)
	}))
	if len(c.Tables[0].Items) != 1 || c.Tables[0].Items[0].Keys["note"].String() != "NOTE#A{a}" || d.Routes != 1 || d.Waiting != 1 {
		t.Errorf("%+v\n%s", d, d.Text)
	}
}

// What one route lets callers write, another does not let them write for having
// the same view.
func TestARouteWritesNoMoreThanItDidInTheCode(t *testing.T) {
	d, c := written(t, notesApp(func(app *surface.App, _ *surface.Table, r *surface.Route, a *surface.Access) {
		for i, method := range []string{"POST", "PATCH"} {
			other := *a
			other.Shows, other.Writes, other.Operation = nil, sends([]string{"mood", "title"}[i]), []string{"PutItem", "UpdateItem"}[i]
			app.Routes = append(app.Routes, surface.Route{Title: method, Methods: []string{method}, Path: r.Path, Accesses: []surface.Access{other}})
		}
	}))
	writes := map[contract.Operation]string{}
	for _, r := range c.Routes {
		for _, p := range r.Views[0].Write {
			writes[r.Operation] += p.String()
		}
	}
	if writes[contract.Create] != "mood" || writes[contract.Update] != "title" {
		t.Errorf("%v\n%s", writes, d.Text)
	}
}
