package draft_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/draft"
	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/parse"
	"github.com/discreet-dev/discreet/internal/surface"
)

var update = flag.Bool("update", false, "write the golden contracts anew")

// check is what `discreet check` has against a text.
func check(text string) []draft.Refusal {
	_, problems := parse.Contract("discreet.yaml", []byte(text))
	var out []draft.Refusal
	for _, p := range problems {
		if p.Severity == parse.Error {
			out = append(out, draft.Refusal{Line: p.Line, Why: p.Message})
		}
	}
	return out
}

// written is the contract of an app; it must be one.
func written(t testing.TB, app *surface.App) (*draft.Draft, *contract.Contract) {
	t.Helper()
	d := draft.Contract(draft.Config{App: app, Read: "app", Check: check})
	return d, accepted(t, d.Text)
}

// reporting is what a test and a property have in common.
type reporting interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

func accepted(t reporting, text string) *contract.Contract {
	t.Helper()
	c, problems := parse.Contract("discreet.yaml", []byte(text))
	if c == nil {
		t.Fatalf("no contract:\n%s\n%s", problems.Text(), text)
	}
	return c
}

func at(line int) finding.Location {
	return finding.Location{Path: "app.py", Range: finding.Range{Start: finding.Position{Line: line, Column: 1}}}
}

func shows(names ...string) []surface.Attribute {
	var out []surface.Attribute
	for _, n := range names {
		out = append(out, surface.Attribute{Name: n})
	}
	return out
}

func sends(names ...string) []surface.Attribute {
	var out []surface.Attribute
	for _, n := range names {
		out = append(out, surface.Attribute{Name: n, Source: surface.FromBody})
	}
	return out
}

// apps are surfaces of the kinds of apps that there are, by the name of the
// golden contract.
var apps = map[string]*surface.App{
	"profiles": {
		Identity: surface.Identity{Kind: surface.HeaderIdentity, Name: "X-User-Id", Location: at(9)},
		Tables: []surface.Table{{
			Name: "UserProfiles", Declared: true, PartitionKey: "user_id", PartitionType: "S", Location: at(4),
			Fields: []surface.Field{
				{Name: "bio"},
				{Name: "display_name", Type: "S", Class: "ordinary"},
				{Name: "email", Type: "S", Class: "personal"},
				{Name: "password_hash", Type: "S", Class: "secret"},
				{Name: "plan"},
				{Name: "preferences.theme", Class: "ordinary"},
				{Name: "user_id", Owner: true},
			},
		}},
		Routes: []surface.Route{
			{
				Title: "GET /profiles/<user_id>", Methods: []string{"GET"}, Path: "/profiles/{user_id}", Location: at(12),
				Accesses: []surface.Access{{
					Table: "UserProfiles", Operation: "GetItem", Location: at(13), Scope: surface.Caller, Shows: shows("*"),
					Bindings: []surface.Binding{{Attribute: "user_id", Source: surface.FromPath, Name: "user_id", Owner: true}},
				}},
			},
			{
				Title: "PATCH /me", Methods: []string{"PATCH"}, Path: "/me", Location: at(20), Authenticated: true,
				Accesses: []surface.Access{{
					Table: "UserProfiles", Operation: "UpdateItem", Location: at(22), Scope: surface.Principal,
					Writes:   append(sends("bio", "display_name", "is_admin"), surface.Attribute{Name: "plan", Source: surface.FromConstant}),
					Bindings: []surface.Binding{{Attribute: "user_id", Source: surface.FromPrincipal, Name: "sub", Owner: true}},
				}},
			},
			{
				Title: "GET /profiles", Methods: []string{"GET"}, Path: "/profiles", Location: at(30),
				Accesses: []surface.Access{{Table: "UserProfiles", Operation: "Scan", Location: at(31), Shows: shows("user_id", "display_name", "email")}},
			},
			{
				Title: "GET /emails", Methods: []string{"GET"}, Path: "/emails", Location: at(36),
				Accesses: []surface.Access{{Table: "UserProfiles", Operation: "Scan", Location: at(37), Shows: shows("email")}},
			},
			{
				Title: "POST /login", Methods: []string{"POST"}, Path: "/login", Location: at(40),
				Accesses: []surface.Access{{Table: "UserProfiles", Operation: "GetItem", Location: at(42), Reads: shows("password_hash")}},
			},
		},
	},
	"orders": {
		Identity: surface.Identity{Kind: surface.TokenIdentity, Location: at(3)},
		Tables: []surface.Table{
			{
				Name: "ORDERS_TABLE", Setting: true, PartitionKey: "order_id",
				Indexes: []surface.Index{{Name: "by_customer", PartitionKey: "customer_id", SortKey: "created_at", Projection: "include", Include: []string{"status"}}},
				Fields: []surface.Field{
					{Name: "card_number", Class: "secret"},
					{Name: "created_at"},
					{Name: "customer_id", Owner: true},
					{Name: "items", Type: "L", Class: "ordinary"},
					{Name: "status", Class: "ordinary"},
					{Name: "total", Type: "N", Class: "ordinary"},
				},
			},
			{Name: "Products", PartitionKey: "sku", Fields: []surface.Field{{Name: "price", Type: "N", Class: "ordinary"}, {Name: "title", Class: "ordinary"}}},
			{Name: "Sellers", PartitionKey: "id", Fields: []surface.Field{{Name: "buyer_id", Owner: true}, {Name: "name", Class: "personal"}, {Name: "seller_id", Owner: true}}},
		},
		Routes: []surface.Route{
			{
				Title: "GET /orders", Methods: []string{"GET", "POST"}, Path: "/orders/", Location: at(10), Authenticated: true,
				Accesses: []surface.Access{
					{
						Table: "ORDERS_TABLE", Index: "by_customer", Operation: "Query", Location: at(12), Scope: surface.Principal, Shows: shows("order_id", "status", "total"),
						Bindings: []surface.Binding{{Attribute: "customer_id", Source: surface.FromPrincipal, Name: "identity", Owner: true}, {Attribute: "status", Source: surface.FromQuery, Name: "state"}},
					},
					{
						Table: "ORDERS_TABLE", Operation: "PutItem", Location: at(15), Writes: append(sends("items", "note"), shows("order_id", "customer_id", "status")...),
						Bindings: []surface.Binding{{Attribute: "order_id"}, {Attribute: "customer_id", Source: surface.FromPrincipal}},
					},
				},
			},
			{
				Title: "GET /order", Methods: []string{"GET"}, Path: "/order", Location: at(20),
				Accesses: []surface.Access{{
					Table: "ORDERS_TABLE", Operation: "GetItem", Location: at(21), Scope: surface.Caller, Shows: shows("*"),
					Bindings: []surface.Binding{{Attribute: "order_id", Source: surface.FromQuery, Name: "id"}},
				}},
			},
			{
				Title: "GET /products/<sku>", Methods: []string{"GET"}, Path: "/products/{sku}", Location: at(30),
				Accesses: []surface.Access{{
					Table: "Products", Operation: "GetItem", Location: at(31), Scope: surface.Caller, Shows: shows("title", "price"),
					Bindings: []surface.Binding{{Attribute: "sku", Source: surface.FromPath, Name: "sku"}},
				}},
			},
			{
				Title: "DELETE /products/<sku>", Methods: []string{"DELETE"}, Path: "/products/{sku}", Location: at(35), Authenticated: true, Restricted: true,
				Accesses: []surface.Access{{
					Table: "Products", Operation: "DeleteItem", Location: at(36), Scope: surface.Caller,
					Bindings: []surface.Binding{{Attribute: "sku", Source: surface.FromPath, Name: "sku"}},
				}},
			},
			{
				Title: "GET /sales/<id>", Methods: []string{"GET"}, Path: "/sales/{id}", Location: at(40),
				Accesses: []surface.Access{{
					Table: "Sellers", Operation: "GetItem", Location: at(41), Shows: shows("name"),
					Bindings: []surface.Binding{{Attribute: "id", Source: surface.FromPath, Name: "id"}},
				}},
			},
		},
	},
	"single-table": {
		Identity: surface.Identity{Kind: surface.CognitoIdentity, Location: at(5)},
		Tables: []surface.Table{{
			Name: "app", Declared: true, PartitionKey: "PK", SortKey: "SK", PartitionType: "S", SortType: "S", TTL: "expires_at",
			Indexes: []surface.Index{{Name: "GSI1", PartitionKey: "GSI1PK", SortKey: "GSI1SK", Projection: "all"}},
			Fields: []surface.Field{
				{Name: "address.city", Class: "personal"},
				{Name: "address.geo.lat", Type: "N", Class: "personal"},
				{Name: "email", Class: "personal"},
				{Name: "expires_at", Type: "N"},
				{Name: "margin"},
				{Name: "name", Class: "personal"},
				{Name: "status", Class: "ordinary"},
				{Name: "tags", Type: "SS", Class: "ordinary"},
			},
		}},
		Routes: []surface.Route{
			{
				Title: "GET /me", Methods: []string{"GET"}, Path: "/me", Location: at(10), Authenticated: true,
				Accesses: []surface.Access{{
					Table: "app", Operation: "GetItem", Location: at(11), Scope: surface.Principal, Shows: shows("name", "email", "address"),
					Bindings: []surface.Binding{
						{Attribute: "PK", Template: "USER#{}", Source: surface.FromPrincipal, Name: "sub", Owner: true}, {Attribute: "SK", Template: "PROFILE", Source: surface.FromConstant},
					},
				}},
			},
			{
				Title: "GET /users/<uid>/orders", Methods: []string{"GET"}, Path: "/users/{uid}/orders", Location: at(20),
				Accesses: []surface.Access{{
					Table: "app", Operation: "Query", Location: at(21), Scope: surface.Caller, Shows: shows("status", "tags", "margin"),
					Bindings: []surface.Binding{
						{Attribute: "PK", Template: "USER#{}", Source: surface.FromPath, Name: "uid", Owner: true}, {Attribute: "SK", Template: "ORDER#{}"},
					},
				}},
			},
			{
				Title: "GET /users/<uid>/orders/<oid>", Methods: []string{"GET"}, Path: "/users/{uid}/orders/{oid}", Location: at(25),
				Accesses: []surface.Access{{
					Table: "app", Operation: "GetItem", Location: at(26), Scope: surface.Caller, Shows: []surface.Attribute{{Name: "status", As: "state"}},
					Bindings: []surface.Binding{
						{Attribute: "PK", Template: "USER#{}", Source: surface.FromPath, Name: "uid", Owner: true}, {Attribute: "SK", Template: "ORDER#{}", Source: surface.FromPath, Name: "oid"},
					},
				}},
			},
			{
				Title: "GET /tenants/<t>/users/<u>", Methods: []string{"GET"}, Path: "/tenants/{t}/users/{u}", Location: at(30), Authenticated: true,
				Accesses: []surface.Access{{
					Table: "app", Operation: "GetItem", Location: at(31), Scope: surface.Principal, Shows: shows("name", "status"),
					Bindings: []surface.Binding{
						{Attribute: "PK", Template: "TENANT#{}", Source: surface.FromPrincipal, Name: "custom:tenant_id"}, {Attribute: "SK", Template: "MEMBER#{}", Source: surface.FromPath, Name: "u"},
					},
				}},
			},
		},
	},
	"nothing": {},
}

func TestContractsAreAsTheyWere(t *testing.T) {
	for name, app := range apps {
		t.Run(name, func(t *testing.T) {
			d, _ := written(t, app)
			file := filepath.Join("testdata", name+".yaml")
			if *update {
				if err := os.WriteFile(file, []byte(d.Text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if d.Text != string(want) {
				t.Errorf("%s: look at it, and run with -update\n%s", file, d.Text)
			}
		})
	}
}

// answered takes one # from every line that is commented out.
func answered(text string) string {
	lines := strings.Split(text, "\n")
	waits := false
	for i, l := range lines {
		trimmed := strings.TrimLeft(l, " ")
		indent := l[:len(l)-len(trimmed)]
		switch {
		case l == "# views:" || l == "# routes:":
			lines[i] = l[2:]
		case strings.HasPrefix(trimmed, "## "):
			waits = true
		case waits && strings.HasPrefix(trimmed, "# "):
			lines[i] = indent + trimmed[2:]
		default:
			waits = false
		}
	}
	return strings.Join(lines, "\n")
}

func TestWhatIsCommentedOutIsAContractOnceItIsAnswered(t *testing.T) {
	for name, app := range apps {
		d, _ := written(t, app)
		for _, r := range check(answered(d.Text)) {
			t.Errorf("%s:%d: %s\n%s", name, r.Line, r.Why, strings.Split(answered(d.Text), "\n")[r.Line-1])
		}
	}
}
