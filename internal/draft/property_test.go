package draft_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/draft"
	"github.com/discreet-dev/discreet/internal/surface"
)

// names are what code calls things, and what it had better not.
var names = []string{
	"id", "user_id", "PK", "SK", "name", "email", "status", "a.b", // what most draws are of
	"userId", "GSI1PK", "title", "created_at", "ttl", "password", "a.b.c", "a.c", "a", "*", "",
	"no", "Yes", "on", "null", "NULL", "~", "1", "1.5", "-", "x y", "a#b", "#", "# c", ": ", "a: b", "{x}", "[", "]}", "`", "a`b", "'", `"`, `\`, "\n", "\t", "\x00", "\xff",
	"é", "имя", "nаme", "名前", "ｆｕｌｌ", "e\u0301", "\u202e", "\u200b", "\U0001F600", "contract", "views", "principal.id", "{now}", "limit", "cursor", "&a", "*a", "!t", "%d", "@x",
	"X-User-Id", "X_User_Id", "custom:tenant_id", "tenant", "roles", "user", "order", "..", ".", "a..b", "..a", strings.Repeat("long", 80), "true", "y", "=", "<<", "?", "- a", "|", ">",
}

var templates = []string{
	"", "", "", "", "", "", "", "", "", "", "USER#{}", "ORDER#{}", "USER#{}#ORDER#{}", "PROFILE", "U{}", "{}", "{}{}", "{}-{}", "user:{}", "a|{}|b", "{x}", "é#{}", "\n{}", "USER#", "{}#META", `"{}`, `\{}`, "yes#{}", "{}}", "#",
}

func generate() *rapid.Generator[*surface.App] {
	name := rapid.OneOf(rapid.SampledFrom(names[:8]), rapid.SampledFrom(names[:8]), rapid.SampledFrom(names[:8]), rapid.SampledFrom(names))
	either := rapid.Bool()
	some := func(max int) *rapid.Generator[[]string] { return rapid.SliceOfN(name, 0, max) }
	attributes := func(t *rapid.T, label string) []surface.Attribute {
		var out []surface.Attribute
		for _, n := range some(5).Draw(t, label) {
			out = append(out, surface.Attribute{Name: n, As: name.Draw(t, "as"), Source: surface.Source(rapid.IntRange(0, 7).Draw(t, "source"))})
		}
		return out
	}
	binding := func(t *rapid.T, attribute string) surface.Binding {
		return surface.Binding{
			Attribute: attribute, Source: rapid.SampledFrom([]surface.Source{surface.FromPrincipal, surface.FromPath, surface.FromBody, surface.FromQuery, surface.FromHeader, surface.FromConstant, surface.Unknown, 99}).Draw(t, "from"), Name: name.Draw(t, "name"),
			Template: rapid.SampledFrom(templates).Draw(t, "template"), Owner: either.Draw(t, "owner"),
		}
	}
	access := func(t *rapid.T, tables []surface.Table) surface.Access {
		a := surface.Access{
			Operation: rapid.SampledFrom([]string{"GetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem", "BatchGetItem", "?"}).Draw(t, "operation"),
			Scope:     surface.Scope(rapid.IntRange(0, 5).Draw(t, "scope")), Shows: attributes(t, "shows"), Reads: attributes(t, "reads"), Writes: attributes(t, "writes"), Location: at(rapid.IntRange(0, 9).Draw(t, "line")),
		}
		if len(tables) > 0 && rapid.IntRange(0, 9).Draw(t, "known") > 0 {
			of := rapid.SampledFrom(tables).Draw(t, "of")
			a.Table = of.Name
			keys := []string{of.PartitionKey, of.SortKey}
			if len(of.Indexes) > 0 && either.Draw(t, "indexed") {
				x := rapid.SampledFrom(of.Indexes).Draw(t, "index")
				a.Index, keys = x.Name, []string{x.PartitionKey, x.SortKey}
			}
			for _, key := range keys {
				if rapid.IntRange(0, 4).Draw(t, "bound") > 0 {
					a.Bindings = append(a.Bindings, binding(t, key))
				}
			}
		}
		for range rapid.IntRange(0, 2).Draw(t, "bindings") {
			a.Bindings = append(a.Bindings, binding(t, name.Draw(t, "attribute")))
		}
		return a
	}
	return rapid.Custom(func(t *rapid.T) *surface.App {
		app := &surface.App{Identity: surface.Identity{Kind: surface.IdentityKind(rapid.IntRange(0, 5).Draw(t, "identity")), Name: name.Draw(t, "credential")}}
		for _, n := range some(3).Draw(t, "tables") {
			typ := rapid.SampledFrom([]string{"S", "S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "", "?"})
			class := rapid.SampledFrom([]string{"ordinary", "ordinary", "", "personal", "secret", "?"})
			table := surface.Table{
				Name: n, Setting: either.Draw(t, "setting"), Declared: either.Draw(t, "declared"), PartitionKey: name.Draw(t, "partition"), PartitionType: typ.Draw(t, "type"),
				SortType: typ.Draw(t, "type"), Location: at(1),
			}
			if either.Draw(t, "sorted") {
				table.SortKey = name.Draw(t, "sort")
			}
			if either.Draw(t, "timed") {
				table.TTL = name.Draw(t, "ttl")
			}
			for range rapid.IntRange(0, 2).Draw(t, "indexes") {
				table.Indexes = append(table.Indexes, surface.Index{
					Name: name.Draw(t, "index"), PartitionKey: name.Draw(t, "partition"), SortKey: name.Draw(t, "sort"),
					Projection: rapid.SampledFrom([]string{"", "all", "keys", "include"}).Draw(t, "projection"), Include: some(3).Draw(t, "include"),
				})
			}
			for _, f := range some(8).Draw(t, "fields") {
				table.Fields = append(table.Fields, surface.Field{Name: f, Type: typ.Draw(t, "type"), Class: class.Draw(t, "class"), Owner: either.Draw(t, "owner")})
			}
			app.Tables = append(app.Tables, table)
		}
		for range rapid.IntRange(0, 6).Draw(t, "routes") {
			r := surface.Route{
				Title: name.Draw(t, "title"), Function: "f", Methods: rapid.SliceOfN(rapid.SampledFrom([]string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "get", "ODD"}), 0, 3).Draw(t, "methods"),
				Authenticated: either.Draw(t, "login"), Restricted: rapid.IntRange(0, 5).Draw(t, "role") == 5, Location: at(2),
			}
			if rapid.IntRange(0, 5).Draw(t, "placed") < 5 {
				r.Path = "/" + rapid.SampledFrom([]string{"users", "users", "{id}", "{user_id}", "x y", "a/b", "{id}", "{user_id}/x", "{id}/{id}", "{name}", "a{id}", "..", "é", "{id", ""}).Draw(t, "path") + rapid.SampledFrom([]string{"", "", "", "/", "/{name}", "/{PK}", "//"}).Draw(t, "rest")
			}
			for range rapid.IntRange(0, 3).Draw(t, "accesses") {
				r.Accesses = append(r.Accesses, access(t, app.Tables))
			}
			app.Routes = append(app.Routes, r)
		}
		if either.Draw(t, "job") {
			app.Elsewhere = append(app.Elsewhere, access(t, app.Tables))
		}
		return app
	})
}

// Whatever the code does, the first contract is accepted, every view in force is
// of the principal's own items, and no secret or internal attribute is in one.
func TestAnyAppHasAContractThatShowsNothingOfOthers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		app := generate().Draw(t, "app")
		d := draft.Contract(draft.Config{App: app, Read: rapid.SampledFrom(names).Draw(t, "read"), File: rapid.SampledFrom(names).Draw(t, "file"), Check: check})
		if len(d.Refused) > 0 {
			t.Fatalf("refused: %v\n%s", d.Refused, d.Text)
		}
		safe(t, d)
	})
}

func safe(t reporting, d *draft.Draft) {
	t.Helper()
	c := accepted(t, d.Text)
	for _, v := range c.Views {
		own := false
		for _, b := range v.Scope {
			own = own || b.Value.OfPrincipal()
		}
		if v.Any || !own {
			t.Errorf("view %s reaches items of others\n%s", v.Name, d.Text)
		}
		if v.ServerOnly || v.Scan != "" {
			t.Errorf("view %s is server_only or scans\n%s", v.Name, d.Text)
		}
		for _, s := range v.Show {
			if s.Attribute.Class >= contract.Internal || s.Reason != "" || s.Attribute.Open {
				t.Errorf("view %s shows %s\n%s", v.Name, s.Path, d.Text)
			}
		}
	}
	if len(c.Routes) != d.Routes || len(c.Views) != d.Views {
		t.Errorf("%d routes and %d views counted, %d and %d there\n%s", d.Routes, d.Views, len(c.Routes), len(c.Views), d.Text)
	}
}
