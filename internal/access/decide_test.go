package access_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/parse"
)

const source = `contract: 1
identity:
  - jwt: { issuer: "https://issuer.example", audience: api, roles: roles, claims: { tenant: tenant, teams: teams, account: account } }
tables:
  Docs:
    partition_key: owner
    sort_key: number
    attributes: { owner: S ordinary, number: N ordinary, title: S ordinary, state: S ordinary, members: SS ordinary }
  Accounts:
    partition_key: account
    attributes: { account: N ordinary, name: S ordinary }
  app:
    partition_key: PK
    sort_key: SK
    indexes:
      GSI: { partition_key: GPK, sort_key: GSK }
    items:
      Note:
        key: { PK: "T#{tenant}#TEAM#{team}", SK: "USER#{user}#NOTE#{note}", GPK: "USER#{user}", GSK: "{due}#{note}" }
        attributes: { text: S ordinary }
views:
  own:      { of: Docs, scope: { owner: principal.id }, show: [number, title], write: [title], set: { on_create: { number: 1 } } }
  shared:   { of: Docs, scope: { members: { contains: principal.id } }, show: [title] }
  public:   { of: Docs, roles: [anonymous, authenticated], scope: { state: public }, reason: published, show: [number, title] }
  support:  { of: Docs, roles: [support], scope: any, reason: finds a document, show: [number, title] }
  auditors: { of: Docs, roles: [auditor], scope: any, by: partition, reason: audits one owner, show: [number, title] }
  batch:    { of: Docs, roles: [batch], scope: any, reason: statistics, scan: over everybody, show: [number] }
  account:  { of: Accounts, scope: { account: principal.account }, show: [account, name] }
  notes:    { of: Note, scope: { tenant: principal.tenant, user: principal.id }, show: [team, note, due, text], write: [text, due, note], set: { on_create: { team: all } } }
  team:     { of: Note, scope: { tenant: principal.tenant, team: principal.teams }, show: [user, note, text] }
routes:
  GET /docs:                   { list: own }
  POST /docs:                  { create: own }
  GET /docs/{number}:          { get: own }
  GET /of/{owner}/{number}:    { get: [own, shared, support, public] }
  GET /owners/{owner}:         { list: [own, auditors] }
  GET /support/{owner}/{number}: { get: support }
  GET /all:                    { list: batch }
  GET /accounts/{account}:     { get: account }
  GET /me/account:             { get: account }
  GET /notes:                  { list: notes, index: GSI, order_reveals: shown }
  POST /notes:                 { create: notes }
  GET /teams/{team}/notes:     { list: notes }
  GET /teams/{team}/notes/{note}: { get: notes }
  GET /users/{user}/teams/{team}/notes/{note}: { get: [notes, team] }
`

func load(t testing.TB, text string) *contract.Contract {
	t.Helper()
	c, problems := parse.Contract("discreet.yaml", []byte(text))
	if c == nil {
		t.Fatalf("the contract is refused:\n%v", problems)
	}
	return c
}

func routeOf(t testing.TB, c *contract.Contract, text string) *contract.Route {
	t.Helper()
	i := slices.IndexFunc(c.Routes, func(r *contract.Route) bool { return r.Text == text })
	if i < 0 {
		t.Fatalf("no route %s", text)
	}
	return c.Routes[i]
}

// who is a principal: an id, then roles, and claims as name=value or, where a
// comma ends or parts it, as a list.
func who(id string, more ...string) contract.Principal {
	p := contract.Principal{ID: id, Roles: []string{contract.RoleAuthenticated}, Claims: map[string]contract.Claim{}}
	for _, m := range more {
		name, value, isClaim := strings.Cut(m, "=")
		switch {
		case !isClaim:
			p.Roles = append(p.Roles, m)
		case strings.Contains(value, ","):
			p.Claims[name] = contract.Claim{Values: strings.Split(strings.TrimSuffix(value, ","), ","), List: true}
		default:
			p.Claims[name] = contract.Claim{Values: []string{value}}
		}
	}
	return p
}

// at are path values: name, value, name, value.
func at(pairs ...string) map[string]string {
	path := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		path[pairs[i]] = pairs[i+1]
	}
	return path
}

// said is a decision in words.
func said(d access.Decision, bad *fault.Fault) string {
	var lines []string
	for _, g := range d.Grants {
		text := "allow " + g.View().Name
		for _, k := range g.Key() {
			text += " " + k.Attribute.Name + "=" + k.Value
		}
		for _, c := range g.Asked() {
			text += " " + c.Attribute.Name + " " + string(c.Operator) + " " + strings.Join(c.Values, ",")
		}
		if g.Scans() {
			text += " scan"
		}
		for _, c := range g.ByData() {
			text += ", item's " + c.Attribute.Name + " " + string(c.Operator) + " " + strings.Join(c.Values, ",")
		}
		lines = append(lines, text)
	}
	if bad != nil {
		lines = append(lines, bad.Public())
	}
	for _, t := range d.Trail {
		if t.Why != access.Granted && t.Why != access.FallsThrough {
			lines = append(lines, t.View.Name+": "+string(t.Why))
		}
	}
	return strings.Join(lines, "\n")
}

func TestDecisions(t *testing.T) {
	long := strings.Repeat("x", 2048)
	anonymous := contract.Anonymous()
	tests := []struct {
		name  string
		route string
		as    contract.Principal
		path  map[string]string
		want  string
	}{
		{"the scope alone makes a list's key", "GET /docs", who("alice"), nil, "allow own owner eq alice"},
		{"an id is opaque: spaces, # and | stand as they are", "GET /docs", who("a #|{x} é"), nil, "allow own owner eq a #|{x} é"},
		{"2 KB of id are an id", "GET /docs", who(long), nil, "allow own owner eq " + long},
		{"an id too long for the key reaches nothing", "GET /docs", who(long + "x"), nil, "forbidden\nown: " + string(access.RefusedValue)},
		{"no id reaches nothing", "GET /docs", who(""), nil, "forbidden\nown: " + string(access.NoClaim)},
		{"an id that is no UTF-8 reaches nothing", "GET /docs", who("\xff"), nil, "forbidden\nown: " + string(access.RefusedValue)},
		{"an anonymous caller is nobody", "GET /docs", anonymous, nil, "forbidden\nown: " + string(access.NoRole)},
		{
			"composed and decomposed letters are two ids", "GET /of/{owner}/{number}", who("e\u0301"), at("owner", "\u00e9", "number", "1"),
			"allow shared owner=\u00e9 number=1, item's members contains e\u0301\nallow public owner=\u00e9 number=1, item's state eq public\nown: " + string(access.OutOfScope) + "\nsupport: " + string(access.NoRole),
		},

		{"a number of the path completes the key", "GET /docs/{number}", who("alice"), at("number", "12"), "allow own owner=alice number=12"},
		{"01 is not a second word for 1", "GET /docs/{number}", who("alice"), at("number", "01"), "forbidden\nown: " + string(access.RefusedValue)},
		{"nor is 1.0", "GET /docs/{number}", who("alice"), at("number", "1.0"), "forbidden\nown: " + string(access.RefusedValue)},
		{"nor is 1e0", "GET /docs/{number}", who("alice"), at("number", "1e0"), "forbidden\nown: " + string(access.RefusedValue)},
		{"nor is +1", "GET /docs/{number}", who("alice"), at("number", "+1"), "forbidden\nown: " + string(access.RefusedValue)},
		{"nor is -0 one for 0", "GET /docs/{number}", who("alice"), at("number", "-0"), "forbidden\nown: " + string(access.RefusedValue)},
		{"a word is no number", "GET /docs/{number}", who("alice"), at("number", "one"), "forbidden\nown: " + string(access.RefusedValue)},
		{"an empty segment is no value", "GET /docs/{number}", who("alice"), at("number", ""), "forbidden\nown: " + string(access.RefusedValue)},
		{"a missing one neither", "GET /docs/{number}", who("alice"), nil, "forbidden\nown: " + string(access.RefusedValue)},

		{
			"a get falls through, by data, on the same key alone", "GET /of/{owner}/{number}", who("bob"), at("owner", "alice", "number", "1"),
			"allow shared owner=alice number=1, item's members contains bob\nallow public owner=alice number=1, item's state eq public\nown: " + string(access.OutOfScope) + "\nsupport: " + string(access.NoRole),
		},
		{
			"what the key decides is not asked again", "GET /of/{owner}/{number}", who("alice", "support"), at("owner", "alice", "number", "1"),
			"allow own owner=alice number=1\nshared: " + string(access.Decided) + "\nsupport: " + string(access.Decided) + "\npublic: " + string(access.Decided),
		},
		{
			"a view for any is certain, and ends the trail", "GET /of/{owner}/{number}", who("bob", "support"), at("owner", "alice", "number", "1"),
			"allow shared owner=alice number=1, item's members contains bob\nallow support owner=alice number=1\nown: " + string(access.OutOfScope) + "\npublic: " + string(access.Decided),
		},
		{
			"anonymous sees what is public", "GET /of/{owner}/{number}", anonymous, at("owner", "alice", "number", "1"),
			"allow public owner=alice number=1, item's state eq public\nown: " + string(access.NoRole) + "\nshared: " + string(access.NoRole) + "\nsupport: " + string(access.NoRole),
		},

		{"any asks for its role", "GET /support/{owner}/{number}", who("bob", "auditor"), at("owner", "alice", "number", "1"), "forbidden\nsupport: " + string(access.NoRole)},
		{"roles are not folded", "GET /support/{owner}/{number}", who("bob", "Support"), at("owner", "alice", "number", "1"), "forbidden\nsupport: " + string(access.NoRole)},
		{"any with its role reaches one key", "GET /support/{owner}/{number}", who("bob", "support"), at("owner", "alice", "number", "1"), "allow support owner=alice number=1"},
		{"a path that is not the scope's is refused", "GET /owners/{owner}", who("bob"), at("owner", "alice"), "forbidden\nown: " + string(access.OutOfScope) + "\nauditors: " + string(access.NoRole)},
		{"by: partition lists one partition", "GET /owners/{owner}", who("bob", "auditor"), at("owner", "alice"), "allow auditors owner eq alice\nown: " + string(access.OutOfScope)},
		{"of several views of a list the first decides", "GET /owners/{owner}", who("bob", "auditor"), at("owner", "bob"), "allow own owner eq bob\nauditors: " + string(access.Decided)},
		{"a scan has a role and a reason", "GET /all", who("nightly", "batch"), nil, "allow batch scan"},
		{"and nobody else has it", "GET /all", who("alice"), nil, "forbidden\nbatch: " + string(access.NoRole)},

		{"a claim is a scope", "GET /me/account", who("alice", "account=7"), nil, "allow account account=7"},
		{"no claim is no scope", "GET /me/account", who("alice"), nil, "forbidden\naccount: " + string(access.NoClaim)},
		{"a claim of an N key is canonical", "GET /me/account", who("alice", "account=07"), nil, "forbidden\naccount: " + string(access.RefusedValue)},
		{"the path agrees with the claim", "GET /accounts/{account}", who("alice", "account=7"), at("account", "7"), "allow account account=7"},
		{"or is refused", "GET /accounts/{account}", who("alice", "account=7"), at("account", "8"), "forbidden\naccount: " + string(access.OutOfScope)},
		{"in one spelling", "GET /accounts/{account}", who("alice", "account=7"), at("account", "7.0"), "forbidden\naccount: " + string(access.OutOfScope)},
		{"a list of claims is not one value", "GET /me/account", who("alice", "account=7,8"), nil, "forbidden\naccount: " + string(access.ListClaim)},
		{"not even a list of one", "GET /me/account", who("alice", "account=7,"), nil, "forbidden\naccount: " + string(access.ListClaim)},
		{"the path picks a member", "GET /accounts/{account}", who("alice", "account=7,8"), at("account", "8"), "allow account account=8"},
		{"and only a member", "GET /accounts/{account}", who("alice", "account=7,8"), at("account", "9"), "forbidden\naccount: " + string(access.OutOfScope)},

		{
			"templates compose the key", "GET /teams/{team}/notes/{note}", who("ann", "tenant=acme"), at("team", "red", "note", "n1"),
			"allow notes PK=T#acme#TEAM#red SK=USER#ann#NOTE#n1",
		},
		{"a delimiter in an id is refused", "GET /teams/{team}/notes/{note}", who("ann#NOTE#n1", "tenant=acme"), at("team", "red", "note", "n1"), "forbidden\nnotes: " + string(access.RefusedValue)},
		{"a delimiter in a claim is refused", "GET /teams/{team}/notes/{note}", who("ann", "tenant=acme#TEAM#blue"), at("team", "red", "note", "n1"), "forbidden\nnotes: " + string(access.RefusedValue)},
		{"a delimiter in the path is refused", "GET /teams/{team}/notes/{note}", who("ann", "tenant=acme"), at("team", "red", "note", "n1#x"), "forbidden\nnotes: " + string(access.RefusedValue)},
		{
			"braces in a value are no variable", "GET /teams/{team}/notes/{note}", who("{note}", "tenant={team}"), at("team", "{tenant}", "note", "%23"),
			"allow notes PK=T#{team}#TEAM#{tenant} SK=USER#{note}#NOTE#%23",
		},
		{"a sort key too long is refused", "GET /teams/{team}/notes/{note}", who("ann", "tenant=acme"), at("team", "red", "note", strings.Repeat("n", 1024)), "forbidden\nnotes: " + string(access.RefusedValue)},
		{
			"a list's prefix ends behind the delimiter", "GET /teams/{team}/notes", who("ann", "tenant=acme"), at("team", "red"),
			"allow notes PK eq T#acme#TEAM#red SK begins_with USER#ann#NOTE#",
		},
		{"an index's key is its own", "GET /notes", who("ann", "tenant=acme"), nil, "allow notes GPK eq USER#ann, item's tenant eq acme"},
		{
			"a member of the claimed teams sees the user's note", "GET /users/{user}/teams/{team}/notes/{note}", who("bob", "tenant=acme", "teams=red,blue"), at("user", "ann", "team", "blue", "note", "n1"),
			"allow team PK=T#acme#TEAM#blue SK=USER#ann#NOTE#n1\nnotes: " + string(access.OutOfScope),
		},
		{"a create binds what it can", "POST /notes", who("ann", "tenant=acme"), nil, "allow notes, item's tenant eq acme, item's user eq ann"},
		{"a create refuses what a template refuses", "POST /notes", who("a#b", "tenant=acme"), nil, "forbidden\nnotes: " + string(access.RefusedValue)},
	}
	c := load(t, source)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, bad := access.Decide(access.Ask{Principal: test.as, Route: routeOf(t, c, test.route), Path: test.path})
			if got := said(d, bad); got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
			if (bad == nil) != (len(d.Grants) > 0) {
				t.Error("grants and a refusal, or neither")
			}
			if bad != nil && (bad.Kind != fault.Forbidden || strings.Contains(bad.Error(), test.as.ID) && test.as.ID != "") {
				t.Errorf("the fault is %v", bad)
			}
		})
	}
}

// Faults that no contract has: the decision holds without parse's rules too.
func TestARuleThatParseForgotIsADenial(t *testing.T) {
	c := load(t, source)
	own := *c.View("own")
	route := *routeOf(t, c, "GET /docs")
	route.Views = []*contract.View{&own}
	decide := func(p contract.Principal) string {
		d, bad := access.Decide(access.Ask{Principal: p, Route: &route, Path: nil})
		return said(d, bad)
	}

	own.ServerOnly = true
	if got, want := decide(who("alice")), "forbidden\nown: "+string(access.ServerOnly); got != want {
		t.Errorf("server only: %s", got)
	}
	own = *c.View("own")
	own.Scope = nil
	if got, want := decide(who("alice")), "forbidden\nown: "+string(access.NotBound); got != want {
		t.Errorf("nothing bound: %s", got)
	}
	own.Any = true
	if got, want := decide(who("alice")), "forbidden\nown: "+string(access.NotBound); got != want {
		t.Errorf("any without a partition: %s", got)
	}
	own = *c.View("own")
	own.Roles = nil
	if got, want := decide(who("alice")), "forbidden\nown: "+string(access.NoRole); got != want {
		t.Errorf("for no role: %s", got)
	}
	own = *c.View("own")
	own.Scope = []contract.Binding{{Attribute: own.Of.Attributes["owner"], Value: contract.Operand{Kind: contract.FromNow}}}
	if got, want := decide(who("alice")), "forbidden\nown: "+string(access.NoClaim); got != want {
		t.Errorf("bound to the clock: %s", got)
	}
	for _, kind := range []contract.Type{contract.B, contract.M, contract.NULL, ""} {
		a := *own.Of.Attributes["owner"]
		a.Type = kind
		own.Scope = []contract.Binding{{Attribute: &a, Value: contract.Operand{Kind: contract.FromID}}}
		if got, want := decide(who("YWxpY2U=")), "forbidden\nown: "+string(access.RefusedValue); got != want {
			t.Errorf("bound to a %s: %s", kind, got)
		}
	}
	// Claims of nobody are nobody's.
	own.Scope = []contract.Binding{{Attribute: own.Of.Attributes["owner"], Value: contract.Operand{Kind: contract.FromClaim, Claim: "tenant"}}}
	own.Roles = []string{contract.RoleAnonymous}
	nobody := contract.Anonymous()
	nobody.Claims = map[string]contract.Claim{"tenant": {Values: []string{"acme"}}}
	if got, want := decide(nobody), "forbidden\nown: "+string(access.NoClaim); got != want {
		t.Errorf("an anonymous claim: %s", got)
	}
	// Several values that say that they are no list.
	own.Roles = []string{contract.RoleAuthenticated}
	two := who("alice")
	two.Claims["tenant"] = contract.Claim{Values: []string{"acme", "other"}}
	if got, want := decide(two), "forbidden\nown: "+string(access.ListClaim); got != want {
		t.Errorf("two values: %s", got)
	}
}

func TestAZeroGrantPermitsNothing(t *testing.T) {
	var g access.Grant
	if g.Permits() || g.View() != nil || g.Route() != nil || g.Operation() != "" || g.Key() != nil ||
		g.Asked() != nil || g.Checks() != nil || g.ByData() != nil || g.OwnsKey() || g.Scans() || g.Fixes("", "") {
		t.Error("a zero grant says something")
	}
	if _, ok := g.Bound("owner"); ok {
		t.Error("a zero grant binds something")
	}
}

func TestAPartitionIsOwnedWhereAllOfTheScopeIsInTheKey(t *testing.T) {
	c := load(t, source)
	tests := []struct {
		route string
		as    contract.Principal
		path  map[string]string
		want  bool
	}{
		{"POST /docs", who("alice"), nil, true},
		{"POST /notes", who("ann", "tenant=acme"), nil, true},
		{"GET /docs/{number}", who("alice"), at("number", "1"), true},
		{"GET /support/{owner}/{number}", who("bob", "support"), at("owner", "alice", "number", "1"), false},
		{"GET /of/{owner}/{number}", who("bob"), at("owner", "alice", "number", "1"), false}, // bound by data
	}
	for _, test := range tests {
		d, bad := access.Decide(access.Ask{Principal: test.as, Route: routeOf(t, c, test.route), Path: test.path})
		if bad != nil {
			t.Fatal(bad)
		}
		if got := d.Grants[0].OwnsKey(); got != test.want {
			t.Errorf("%s: %v", test.route, got)
		}
	}
	// A tenant's partition holds items that the scope does not admit, when it
	// binds an attribute besides: 409 would tell that one of them exists.
	notes := *c.View("notes")
	owner := &contract.Attribute{Name: "text", Type: contract.S}
	notes.Scope = append(slices.Clone(notes.Scope), contract.Binding{Attribute: owner, Value: contract.Operand{Kind: contract.FromID}})
	route := *routeOf(t, c, "POST /notes")
	route.Views = []*contract.View{&notes}
	d, bad := access.Decide(access.Ask{Principal: who("ann", "tenant=acme"), Route: &route})
	if bad != nil || d.Grants[0].OwnsKey() {
		t.Error("a partition of many is owned by one")
	}
}

func TestFallingThrough(t *testing.T) {
	c := load(t, `contract: 1
identity:
  - header: { id: X-User-Id, roles: X-User-Roles, from: [loopback] }
tables:
  Things:
    partition_key: owner
    items:
      Order: { key: { owner: "{owner_id}" }, only: { kind: order }, attributes: { kind: S ordinary, a: S ordinary } }
      Cart:  { key: { owner: "{owner_id}" }, only: { kind: cart }, attributes: { kind: S ordinary, b: S ordinary } }
views:
  order: { of: Order, scope: { owner_id: principal.id }, show: [a] }
  cart:  { of: Cart, scope: { owner_id: principal.id }, show: [b] }
routes:
  GET /thing: { get: [order, cart] }
`)
	r := routeOf(t, c, "GET /thing")
	d, bad := access.Decide(access.Ask{Principal: who("alice"), Route: r})
	if got, want := said(d, bad), "allow order owner=alice\nallow cart owner=alice"; got != want {
		t.Errorf("what an item's type must show is not certain: %s", got)
	}
	// Two views of two keys, which parse refuses: one item is read, and only
	// those are asked whose key it has.
	cart := *c.View("cart")
	cart.Scope = []contract.Binding{{Attribute: cart.Of.Attributes["owner_id"], Value: contract.Operand{Constant: contract.Constant{Type: contract.S, Text: "bob"}}}}
	two := *r
	two.Views = []*contract.View{c.View("order"), &cart}
	d, bad = access.Decide(access.Ask{Principal: who("alice"), Route: &two})
	if got, want := said(d, bad), "allow order owner=alice\ncart: "+string(access.OtherKey); got != want {
		t.Errorf("another key is read: %s", got)
	}
}
