package plan_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/expr"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/item"
	"github.com/discreet-dev/discreet/internal/plan"
)

const creates = `contract: 1
identity:
  - jwt: { issuer: "https://issuer.example", audience: api, roles: roles, claims: { tenant: tenant } }
tables:
  app:
    partition_key: PK
    sort_key: SK
    version: version
    ttl: expires
    indexes:
      GSI: { partition_key: GPK, sort_key: GSK }
    items:
      Doc:
        key: { PK: "T#{tenant}", SK: "DOC#{folder}#{doc}", GPK: "OWNER#{owner_id}", GSK: "{folder}#{due}" }
        only: { kind: doc }
        attributes:
          kind: S ordinary
          version: N internal
          expires: N internal
          readers: SS ordinary
          title: { type: S, class: ordinary, max_length: 5 }
          state: S ordinary
          made: N ordinary
          prefs: { type: M, class: ordinary, open: true }
          place: { type: M, class: ordinary, attributes: { city: S ordinary, hidden: S internal } }
          level: N ordinary
  Plain:
    partition_key: owner
    sort_key: slug
    indexes:
      ByOwner: { partition_key: GPK, sort_key: slug }
    items:
      Page:
        key: { GPK: "OWNER#{owner}" }
        attributes: { owner: S ordinary, slug: S ordinary, text: S ordinary }
views:
  docs:
    of: Doc
    scope: { tenant: principal.tenant, owner_id: principal.id, readers: { contains: principal.id }, level: 3 }
    show: [{ folder: { as: box } }, title, prefs, place.city, due]
    write: [folder, title, prefs, place.city, due, doc]
    set: { on_create: { state: new, made: "{now}" } }
  pages: { of: Page, scope: { owner: principal.id }, show: [owner, slug, text], write: [text] }
routes:
  POST /docs:       { create: docs }
  POST /docs/{doc}: { create: docs }
  PUT /pages/{slug}: { create: pages }
`

func TestCreatedItems(t *testing.T) {
	c := load(t, creates)
	const bound = `"kind":{"S":"doc"},"level":{"N":"3"},"made":{"N":"1900000000"},"readers":{"SS":["ann"]},"state":{"S":"new"},"version":{"N":"1"}`
	const key = `"PK":{"S":"T#acme"},"SK":{"S":"DOC#f#d"},"GPK":{"S":"OWNER#ann"},`
	tests := []struct {
		name, route, body string
		path              []string
		want              string // the item, or what a client reads of the fault
	}{
		{"keys are composed", "POST /docs/{doc}", `{"box":"f"}`, []string{"doc", "d"}, `{` + key + bound + `}`},
		{"an index key where all its parts are", "POST /docs/{doc}", `{"box":"f","due":"2030"}`, []string{"doc", "d"}, `{` + key + `"GSK":{"S":"f#2030"},` + bound + `}`},
		{"a plain key stands in another key's template", "PUT /pages/{slug}", `{"text":"x"}`, []string{"slug", "s"}, `{"owner":{"S":"ann"},"slug":{"S":"s"},"text":{"S":"x"},"GPK":{"S":"OWNER#ann"}}`},
		{
			"maps and members", "POST /docs/{doc}", `{"box":"f","place":{"city":"Bern"},"prefs":{"a":{"b":null,"c":[null,{"d":null}]},"n":1e3}}`,
			[]string{"doc", "d"},
			`{` + key + bound + `,"place":{"M":{"city":{"S":"Bern"}}},"prefs":{"M":{"a":{"M":{"c":{"L":[{"NULL":true},{"M":{"d":{"NULL":true}}}]}}},"n":{"N":"1000"}}}}`,
		},
		{"null is absence", "POST /docs/{doc}", `{"box":"f","title":null,"due":null}`, []string{"doc", "d"}, `{` + key + bound + `}`},
		{"a required part that is shown", "POST /docs/{doc}", `{}`, []string{"doc", "d"}, "box: is required"},
		{"a required part that is hidden", "POST /docs", `{"box":"f"}`, nil, "body: lacks what the key is made of"},
		{"a required part that is null", "POST /docs/{doc}", `{"box":null}`, []string{"doc", "d"}, "box: is required"},
		{"a required part that is empty", "POST /docs/{doc}", `{"box":""}`, []string{"doc", "d"}, "box: takes text that is not empty"},
		{"a part with the delimiter", "POST /docs/{doc}", `{"box":"f#d"}`, []string{"doc", "d"}, "forbidden"},
		{"a key that is too long", "POST /docs/{doc}", `{"box":"` + strings.Repeat("f", 1024) + `"}`, []string{"doc", "d"}, "forbidden"},
		{"another key than the path's", "POST /docs/{doc}", `{"box":"f","doc":"other"}`, []string{"doc", "d"}, "forbidden"},
		{"too long a text", "POST /docs/{doc}", `{"box":"f","title":"canary"}`, []string{"doc", "d"}, "title: takes at most 5 characters"},
		{"a hidden member", "POST /docs/{doc}", `{"box":"f","place":{"hidden":"x"}}`, []string{"doc", "d"}, "place: takes city alone"},
		{"what the contract sets", "POST /docs/{doc}", `{"box":"f","state":"old"}`, []string{"doc", "d"}, "body: takes box, title, prefs, place, due alone"},
		{"the scope", "POST /docs/{doc}", `{"box":"f","tenant":"other"}`, []string{"doc", "d"}, "body: takes box, title, prefs, place, due alone"},
		{"an item of over 400 KB", "POST /docs/{doc}", `{"box":"f","prefs":{"a":"` + strings.Repeat("x", 400<<10) + `"}}`, []string{"doc", "d"}, "too large"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := routeOf(t, c, test.route)
			made, err := plan.New(r, "t").Create(granted(t, r, who("ann", "tenant=acme"), test.path...)[0], []byte(test.body), moment)
			if err != nil {
				if got := fault.Of(err).Public(); got != test.want {
					t.Errorf("%s", got)
				}
				if strings.Contains(err.Error(), "canary") {
					t.Errorf("the value is in %v", err)
				}
				return
			}
			want, err := item.DecodeItem([]byte(test.want))
			if err != nil {
				t.Fatalf("%s is taken", made.Body)
			}
			got, err := item.DecodeItem(made.Item)
			if err != nil {
				t.Fatal(err)
			}
			if !item.EqualItems(got, want) {
				t.Errorf("got  %s\nwant %s", made.Item, test.want)
			}
			q := parsed(t, made.Operation)
			if sent := string(q.tree["Item"]); sent != string(made.Item) {
				t.Errorf("sent %s", sent)
			}
			if !expr.Eval(q.condition, nil) || expr.Eval(q.condition, got) {
				t.Error("it replaces what is there, or is refused where nothing is")
			}
		})
	}
}

// TestWhateverIsCreatedIsInScope throws bodies at a create: what is stored has
// the principal's values under the principal's key.
func TestWhateverIsCreatedIsInScope(t *testing.T) {
	c := load(t, creates)
	r := routeOf(t, c, "POST /docs")
	p := plan.New(r, "t")
	of := r.Views[0].Of
	names := rapid.SampledFrom([]string{"box", "folder", "doc", "title", "due", "tenant", "PK", "SK", "GPK", "owner_id", "readers", "kind", "level", "version", "expires", "state", "prefs"})
	values := rapid.SampledFrom([]any{"x", "y", "T#other", "other", "#", "", nil, 7, true, []any{"bob"}, map[string]any{"PK": "T#other"}})
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.SampledFrom([]string{"ann", "T", "{doc}", "\u00e9"}).Draw(t, "id")
		tenant := rapid.SampledFrom([]string{"acme", "DOC", "{folder}"}).Draw(t, "tenant")
		body, _ := json.Marshal(rapid.MapOf(names, values).Draw(t, "body"))
		made, err := p.Create(grantedBy(t, r, who(id, "tenant="+tenant)), body, moment)
		if err != nil {
			switch fault.Of(err).Kind {
			case fault.BadRequest, fault.Forbidden:
				return
			}
			t.Fatal(err)
		}
		it, err := item.DecodeItem(made.Item)
		if err != nil {
			t.Fatal(err)
		}
		read := map[string]string{}
		for key, template := range of.Keys {
			v, there := it[key]
			if !there && (key == "PK" || key == "SK") {
				t.Fatalf("no %s", key)
			}
			if there && !template.Match(v.Str, func(name, value string) { read[name] = value }) {
				t.Fatalf("%s is %q", key, v.Str)
			}
		}
		if read["tenant"] != tenant || read["owner_id"] != id || it["kind"].Str != "doc" || it["level"].Str != "3" ||
			it["version"].Str != "1" || it["state"].Str != "new" || len(it["readers"].List) != 1 || it["readers"].List[0].Str != id {
			t.Fatalf("%s stores %s", body, made.Item)
		}
	})
}

func grantedBy(t *rapid.T, r *contract.Route, p contract.Principal) (g access.Grant) {
	d, bad := access.Decide(access.Ask{Principal: p, Route: r})
	if bad != nil {
		t.Fatal(bad)
	}
	return d.Grants[0]
}

func TestAnExpiredItemOfOnesOwnGivesWay(t *testing.T) {
	c := loadFile(t, "../../examples/saas/discreet.yaml")
	r := routeOf(t, c, "POST /projects")
	made, err := plan.New(r, "t").Create(granted(t, r, who("ann", "admin", "tenant=acme"))[0], []byte(`{}`), moment)
	if err != nil {
		t.Fatal(err)
	}
	q := parsed(t, made.Operation)
	for at, want := range map[string]bool{"1900000000": true, "1": true, "1900000001": false} {
		it := item.Item{"PK": text("TENANT#acme"), "expires_at": {Kind: item.KindN, Str: at}}
		if got := expr.Eval(q.condition, it); got != want {
			t.Errorf("over an item that expires at %s: %v", at, got)
		}
	}
	if expr.Eval(q.condition, item.Item{"PK": text("TENANT#acme"), "expires_at": text("1")}) {
		t.Error("over an item whose time is none")
	}
}

// A scope that is kept in an index key alone is kept, or nothing is written.
func TestNoWriteLosesItsScope(t *testing.T) {
	c := load(t, `contract: 1
identity:
  - header: { id: X-User-Id, from: [loopback] }
tables:
  Users:
    partition_key: id
    indexes:
      ByTeam: { partition_key: TEAM }
    items:
      User: { key: { id: "{user}", TEAM: "{team}#{rank}" }, attributes: { title: S ordinary } }
views:
  mine: { of: User, scope: { team: principal.id }, show: [user, rank, title], write: [rank, title], set: { on_create: { user: "{new_id}" } } }
routes:
  POST /users: { create: mine }
  PATCH /users/{user}: { update: mine }
`)
	post, patch := routeOf(t, c, "POST /users"), routeOf(t, c, "PATCH /users/{user}")
	create := func(body string) (plan.Creation, error) {
		return plan.New(post, "t").Create(granted(t, post, who("red"))[0], []byte(body), moment)
	}
	if _, err := create(`{"title":"x"}`); err == nil || fault.Of(err).Public() != "rank: is required" {
		t.Errorf("created without its scope: %v", err)
	}
	if made, err := create(`{"rank":"1"}`); err != nil || !strings.Contains(string(made.Item), `{"S":"red#1"}`) {
		t.Errorf("%s %v", made.Item, err)
	}
	update := func(body string) (plan.Write, error) {
		return plan.New(patch, "t").Update(granted(t, patch, who("red"), "user", "u")[0], []byte(body), plan.Seen{}, moment)
	}
	if _, err := update(`{"rank":null}`); err == nil || fault.Of(err).Kind != fault.Forbidden {
		t.Errorf("taken out of its scope: %v", err)
	}
	w, err := update(`{"rank":"2"}`)
	if err != nil {
		t.Fatal(err)
	}
	after := sent(t, item.Item{"id": text("u"), "TEAM": text("red#1")}, w)
	if after["TEAM"].Str != "red#2" {
		t.Errorf("stored %s", item.AppendItem(nil, after))
	}
	// The prefix in the condition ends behind the delimiter: redder is not red.
	if after := sent(t, item.Item{"id": text("u"), "TEAM": text("redder#1")}, w); after["TEAM"].Str != "redder#1" {
		t.Errorf("another team's is written: %s", item.AppendItem(nil, after))
	}
}
