package report

import (
	"fmt"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/surface"
)

func line(path string, n int) finding.Location { return at(path, n, 5, n, 40) }

func attributes(l finding.Location, names ...string) []surface.Attribute {
	var out []surface.Attribute
	for _, n := range names {
		out = append(out, surface.Attribute{Name: n, As: n, Location: l})
	}
	return out
}

// exampleApp is the surface of an app whose findings are those of example and of
// more routes: reads and writes, whole items, a job, a table without a name.
func exampleApp() *Report {
	r := example()
	byID := []surface.Binding{{Attribute: "user_id", Source: surface.FromPath, Name: "user_id", Key: true}}
	own := []surface.Binding{{Attribute: "PK", Source: surface.FromPrincipal, Name: "sub", Template: "USER#{}", Key: true}, {Attribute: "owner_id", Source: surface.FromPrincipal, Name: "sub", Checked: true}}
	load, list, mine := line("app/db.py", 5), line("app/orders.py", 20), line("app/orders.py", 31)
	sign := line("app/users.py", 40)
	renamed := attributes(mine, "total", "status")
	renamed[0].As = "amount"
	r.App = &surface.App{
		Routes: []surface.Route{
			{Title: "GET /users/{user_id}", Methods: []string{"GET"}, Path: "/users/{user_id}", Function: "app.users.get_user", Location: line("app/users.py", 8), Accesses: []surface.Access{
				{Table: "UserProfiles", Operation: "GetItem", Location: load, Scope: surface.Caller, Bindings: byID, Shows: attributes(load, "*"), Reads: attributes(load, "disabled")},
			}},
			{Title: "POST /users", Methods: []string{"POST"}, Path: "/users", Function: "app.users.create", Location: line("app/users.py", 36), Accesses: []surface.Access{
				{Table: "UserProfiles", Operation: "PutItem", Location: sign, Writes: attributes(sign, "user_id", "email", "password")},
			}},
			{Title: "GET /orders", Methods: []string{"GET"}, Path: "/orders", Function: "app.orders.list", Location: line("app/orders.py", 18), Authenticated: true, Accesses: []surface.Access{
				{Table: "Orders", Operation: "Scan", Location: list, Shows: attributes(list, "order_id", "total", "email", "address.street")},
			}},
			{Title: "GET /me/orders", Methods: []string{"GET"}, Path: "/me/orders", Others: []string{"/orders/mine"}, Function: "app.orders.mine", Location: line("app/orders.py", 28), Authenticated: true, Accesses: []surface.Access{
				{Table: "Orders", Index: "by_owner", Operation: "Query", Location: mine, Scope: surface.Principal, Bindings: own, Projected: true, Guarded: true, Shows: renamed},
			}},
			{Title: "DELETE /orders/{id}", Methods: []string{"DELETE"}, Path: "/orders/{id}", Function: "app.orders.remove", Location: line("app/orders.py", 44), Restricted: true, Accesses: []surface.Access{
				{Table: "Orders", Operation: "DeleteItem", Location: line("app/orders.py", 47), Scope: surface.Caller},
				{Operation: "PutItem", Location: line("app/orders.py", 48), Scope: surface.Constant, Writes: attributes(line("app/orders.py", 48), "at")},
			}},
			{Title: "GET /health", Methods: []string{"GET"}, Path: "/health", Function: "app.health", Location: line("app/health.py", 3)},
		},
		Tables: []surface.Table{
			{
				Name: "Orders", Declared: true, PartitionKey: "PK", PartitionType: "S", SortKey: "order_id", SortType: "S", TTL: "expires_at", Location: line("serverless.yml", 12),
				Indexes: []surface.Index{{Name: "by_owner", PartitionKey: "owner_id", SortKey: "placed_at"}},
				Fields: []surface.Field{
					{Name: "address", Type: "M", Class: "personal", Read: true},
					{Name: "card_token", Type: "S", Class: "secret", Written: true},
					{Name: "email", Type: "S", Class: "personal", Shown: true},
					{Name: "order_id", Type: "S", Class: "ordinary", Shown: true},
					{Name: "total", Type: "N", Class: "ordinary", Shown: true},
				},
			},
			{Name: "UserProfiles", PartitionKey: "user_id", Location: line("app/db.py", 2), Setting: true, Fields: []surface.Field{
				{Name: "email", Type: "S", Class: "personal", Written: true}, {Name: "password", Type: "S", Class: "secret", Written: true}, {Name: "user_id", Type: "S", Written: true},
			}},
		},
		Elsewhere: []surface.Access{{Table: "Orders", Operation: "Scan", Location: line("scripts/report.py", 9), Reads: attributes(line("scripts/report.py", 9), "total")}},
	}
	r.Rules = append(
		r.Rules,
		finding.Rule{ID: "clear", Title: "A credential is stored in clear", Summary: "What a caller signs in with is stored as it came.", CWEs: []finding.CWE{312}, Severity: finding.Critical},
		finding.Rule{ID: "unscoped", Title: "A scan reaches a response", CWEs: []finding.CWE{200}, Severity: finding.High},
	)
	r.Findings = append(
		r.Findings,
		finding.Finding{
			Rule: "clear", CWEs: []finding.CWE{312}, Severity: finding.Critical, Confidence: finding.Likely, Location: sign, Title: "create stores password in clear",
			Message: "What the caller sends as password goes into UserProfiles as it is.", Group: "app.users.create", Context: "app.users.create", Anchor: "password",
		},
		finding.Finding{
			Rule: "unscoped", CWEs: []finding.CWE{200, 359}, Severity: finding.High, Confidence: finding.Likely, Location: list, Title: "GET /orders lists Orders for anyone",
			Message: "list scans Orders and no condition ties the items to the caller.", Group: "GET /orders", Context: "app.orders.list", Anchor: "scan",
			Flow: []finding.Step{{Location: list, Text: "scan reads Orders"}, {Location: line("app/orders.py", 22), Text: "answered by GET /orders"}},
		},
	)
	finding.Identify(r.Findings)
	return r
}

// largeApp has a number of routes over a number of tables, and findings.
func largeApp(routes, tables, findings int) *Report {
	r := &Report{Tool: Tool{Name: "discreet scan", Version: "1.2.3"}, Rules: example().Rules, App: &surface.App{}, Files: routes}
	for i := range tables {
		t := surface.Table{Name: fmt.Sprintf("Table%02d", i), PartitionKey: "id"}
		for j := range 20 {
			t.Fields = append(t.Fields, surface.Field{Name: fmt.Sprintf("field_%02d", j), Type: "S", Class: []string{"", "personal", "secret"}[j%3]})
		}
		r.App.Tables = append(r.App.Tables, t)
	}
	for i := range routes {
		path := fmt.Sprintf("app/area_%02d.py", i/9)
		route := surface.Route{Title: fmt.Sprintf("GET /area/%d/things/{thing_id}/parts/%d", i/9, i), Function: fmt.Sprintf("app.f%d", i), Location: line(path, 10*i+1), Authenticated: i%3 > 0}
		for j := range 2 {
			l := line(path, 10*i+5+j)
			var names []string
			for k := range 6 {
				names = append(names, fmt.Sprintf("field_%02d", (i+3*k)%20))
			}
			a := surface.Access{Table: fmt.Sprintf("Table%02d", (i/4+j)%max(tables, 1)), Operation: "Query", Location: l, Scope: surface.Scope(i % 4), Shows: attributes(l, names...)}
			if i%5 == 4 {
				a.Operation, a.Writes, a.Shows = "UpdateItem", a.Shows, nil
			}
			route.Accesses = append(route.Accesses, a)
		}
		r.App.Routes = append(r.App.Routes, route)
	}
	for i := range findings {
		n := i % max(routes, 1)
		path := fmt.Sprintf("app/area_%02d.py", n/9)
		f := finding.Finding{
			Rule: r.Rules[i%3].ID, Severity: finding.Severity(i % 5), Confidence: finding.Likely, Location: line(path, 10*n+5), Title: fmt.Sprintf("Finding %d", i),
			Message: "What the route reads reaches the response, also what nobody thought of when it was written.", Group: fmt.Sprintf("GET /area/%d/things/{thing_id}/parts/%d", n/9, n), Anchor: fmt.Sprint(i),
		}
		for j := range 5 {
			f.Flow = append(f.Flow, finding.Step{Location: line(path, 10*n+5+j), Text: "a step on the way"})
		}
		f.Mend = finding.Mend{Text: "Name the attributes.", Contract: "views:\n  own:\n    of: Table\n    show: [id]\n"}
		r.Findings = append(r.Findings, f)
	}
	finding.Identify(r.Findings)
	return r
}

// named is a report in which every text of the tree is one.
func named(text string) *Report {
	place := at(text, 3, 4, 3, 9)
	all := []surface.Attribute{{Name: text, As: text + "2", Location: place}, {Name: "*", Location: place}}
	access := surface.Access{
		Table: text, Index: text, Operation: text, Location: place, Shows: all, Reads: []surface.Attribute{{Name: text + "3"}}, Writes: all,
		Bindings: []surface.Binding{{Attribute: text, Source: surface.FromPath, Name: text, Template: text, Operator: text, Key: true}},
	}
	steps := []finding.Step{{Location: place, Text: text}}
	r := &Report{
		Tool:  Tool{Name: "discreet scan"},
		Rules: []finding.Rule{{ID: "a-rule", Title: "A rule"}},
		App: &surface.App{
			Routes: []surface.Route{{Title: text, Function: text, Others: []string{text}, Location: place, Accesses: []surface.Access{access}}},
			Tables: []surface.Table{{
				Name: text, PartitionKey: text, PartitionType: text, SortKey: text, TTL: text, Setting: true, Location: place,
				Indexes: []surface.Index{{Name: text, PartitionKey: text}}, Fields: []surface.Field{{Name: text, Type: text, Class: text, Read: true}, {Name: text + "4", Read: true}},
			}},
			Elsewhere: []surface.Access{access},
		},
		Notices: []finding.Notice{{Location: place, Text: text}},
	}
	for i := range 4 {
		f := finding.Finding{
			Rule: "a-rule", Severity: finding.High, Confidence: finding.Confidence(i % 3), Location: place, Title: text, Message: text, Flow: steps, Related: steps, Group: text, Context: text, Anchor: "anchor",
			Mend: finding.Mend{Text: text, Edits: []finding.Edit{{Location: place, New: text + "\n\t" + text}}, Contract: text},
		}
		if i == 3 {
			f.Suppressed = text
		}
		r.Findings = append(r.Findings, f)
	}
	finding.Identify(r.Findings)
	return r
}
