package plan_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/expr"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/item"
	"github.com/discreet-dev/discreet/internal/plan"
)

func text(s string) item.Value { return item.Value{Kind: item.KindS, Str: s} }

// sent does what serve does with a write, on one item: the write, and where its
// condition fails, what it needs before, and the write again.
func sent(t testing.TB, it item.Item, w plan.Write) item.Item {
	t.Helper()
	if w.Empty {
		return it
	}
	apply := func(op plan.Operation) bool {
		q := parsed(t, op)
		if !expr.Eval(q.condition, it) {
			return false
		}
		next, _, err := expr.Apply(q.update, it)
		if err != nil {
			t.Fatalf("%s\n%v", op.Body, err)
		}
		it = next
		return true
	}
	if apply(w.Operation) {
		return it
	}
	for _, op := range w.Ensure {
		apply(op)
	}
	apply(w.Operation)
	return it
}

const patched = `contract: 1
identity:
  - header: { id: X-User-Id, from: [loopback] }
tables:
  Users:
    partition_key: id
    version: version
    indexes:
      ByTeam: { partition_key: TEAM, sort_key: NAME }
    items:
      User:
        key: { id: "{user}", TEAM: "TEAM#{team}", NAME: "{rank}#{user}" }
        attributes:
          owner: S ordinary
          version: N internal
          title: S ordinary
          count: N ordinary
          tags: SS ordinary
          team: S ordinary
          rank: S ordinary
          open: { type: M, class: ordinary, open: true }
          touched: S internal
          address:
            type: M
            class: ordinary
            attributes:
              street: S ordinary
              geo: { type: M, class: ordinary, attributes: { lat: N ordinary, hidden: S internal } }
              hidden: S internal
views:
  mine:
    of: User
    scope: { owner: principal.id }
    show: [user, title, { count: { as: number } }, tags, open, team, rank, address.street, { address.geo.lat: { as: latitude } }]
    write: [title, count, tags, open, team, rank, address.street, address.geo.lat]
    set: { on_update: { touched: "{now}" } }
routes:
  PATCH /users/{user}: { update: mine }
`

// TestAnUpdateIsAMergePatchOfWhatIsWritable compares with RFC 7396 done the
// slow way, on items with whatever in them.
func TestAnUpdateIsAMergePatchOfWhatIsWritable(t *testing.T) {
	c := load(t, patched)
	r := routeOf(t, c, "PATCH /users/{user}")
	p := plan.New(r, "t")
	g := granted(t, r, who("alice"), "user", "u")[0]
	rapid.Check(t, func(rt *rapid.T) {
		before := drawItem(rt)
		patch := drawPatch(rt)
		body, _ := json.Marshal(patch)
		w, err := p.Update(g, body, plan.Seen{}, moment)
		if err != nil {
			rt.Fatalf("%s: %v", body, err)
		}
		rt.Logf("%s", body)
		after := sent(t, item.Clone(before), w)
		want := before
		if before["owner"].Str == "alice" && !w.Empty {
			want = naive(before, patch)
		}
		if !item.EqualItems(after, want) {
			rt.Fatalf("%s\n on %s\n got %s\nwant %s", body, item.AppendItem(nil, before), item.AppendItem(nil, after), item.AppendItem(nil, want))
		}
	})
}

// naive is the merge patch of what is writable, and what comes with a write.
func naive(before item.Item, patch map[string]any) item.Item {
	it := item.Clone(before)
	for name, v := range patch {
		switch name {
		case "team", "rank":
			key := map[string]string{"team": "TEAM", "rank": "NAME"}[name]
			if v == nil {
				delete(it, key)
			} else {
				it[key] = text(map[string]string{"team": "TEAM#" + str(v), "rank": str(v) + "#u"}[name])
			}
		case "number":
			mergeMember(it, "count", v)
		case "tags":
			if delete(it, "tags"); v != nil {
				set := item.Value{Kind: item.KindSS}
				for _, s := range v.([]any) {
					set.List = append(set.List, text(str(s)))
				}
				it["tags"] = set
			}
		case "address":
			inside := v.(map[string]any)
			if geo, ok := inside["geo"].(map[string]any); ok {
				renamed := map[string]any{}
				if lat, ok := geo["latitude"]; ok {
					renamed["lat"] = lat
				}
				inside = map[string]any{"geo": renamed}
				if street, ok := v.(map[string]any)["street"]; ok {
					inside["street"] = street
				}
				if len(renamed) == 0 { // changes nothing
					delete(inside, "geo")
				}
			}
			if len(inside) > 0 {
				mergeMember(it, "address", inside)
			}
		default:
			mergeMember(it, name, v)
		}
	}
	it["touched"] = text("2030-03-17T17:46:40Z")
	version := 0
	if v, ok := it["version"]; ok {
		version, _ = strconv.Atoi(v.Str)
	}
	it["version"] = item.Value{Kind: item.KindN, Str: strconv.Itoa(version + 1)}
	return it
}

func str(v any) string { s, _ := v.(string); return s }

func mergeMember(m item.Item, name string, patch any) {
	if patch == nil {
		delete(m, name)
		return
	}
	object, ok := patch.(map[string]any)
	if !ok {
		m[name] = valueOf(patch)
		return
	}
	target := m[name]
	if target.Kind != item.KindM {
		target = item.Value{Kind: item.KindM, Map: item.Item{}}
	}
	for k, v := range object {
		mergeMember(target.Map, k, v)
	}
	m[name] = target
}

func valueOf(v any) item.Value {
	switch v := v.(type) {
	case string:
		return text(v)
	case int:
		return item.Value{Kind: item.KindN, Str: strconv.Itoa(v)}
	case bool:
		return item.Value{Kind: item.KindBOOL, Bool: v}
	case []any:
		list := item.Value{Kind: item.KindL}
		for _, e := range v {
			list.List = append(list.List, valueOf(e))
		}
		return list
	case map[string]any:
		m := item.Value{Kind: item.KindM, Map: item.Item{}}
		for k, e := range v {
			m.Map[k] = valueOf(e)
		}
		return m
	}
	return item.Value{Kind: item.KindNULL}
}

// drawItem is a user, alice's or not, with some attributes of a wrong type.
func drawItem(t *rapid.T) item.Item {
	any := func(label string) item.Value { return valueOf(drawJSON(t, label, 2)) }
	it := item.Item{
		"id": text("u"), "hidden": any("hidden"),
		"owner": text(rapid.SampledFrom([]string{"alice", "alice", "alice", "bob"}).Draw(t, "owner")),
	}
	for _, name := range []string{"title", "count", "tags", "open", "address"} {
		if rapid.Bool().Draw(t, "has "+name) {
			it[name] = any(name)
		}
	}
	if rapid.Bool().Draw(t, "address") {
		m := item.Item{"hidden": text("h")}
		if rapid.Bool().Draw(t, "geo") {
			m["geo"] = item.Value{Kind: item.KindM, Map: item.Item{"hidden": text("g"), "lat": any("lat")}}
		}
		it["address"] = item.Value{Kind: item.KindM, Map: m}
	}
	if rapid.Bool().Draw(t, "indexed") {
		it["TEAM"], it["NAME"] = text("TEAM#old"), text("5#u")
	}
	if rapid.Bool().Draw(t, "versioned") {
		it["version"] = item.Value{Kind: item.KindN, Str: "41"}
	}
	return it
}

// drawPatch is a patch that the view takes.
func drawPatch(t *rapid.T) map[string]any {
	patch := map[string]any{}
	maybe := func(m map[string]any, name string, v func() any) {
		switch rapid.IntRange(0, 3).Draw(t, name) {
		case 1:
			m[name] = nil
		case 2, 3:
			m[name] = v()
		}
	}
	word := func() any { return rapid.StringMatching(`[a-z]{1,3}`).Draw(t, "word") }
	maybe(patch, "title", word)
	maybe(patch, "number", func() any { return rapid.IntRange(-5, 5).Draw(t, "n") })
	maybe(patch, "tags", func() any {
		var list []any
		for _, s := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-c]`), 1, 3, rapid.ID).Draw(t, "tags") {
			list = append(list, s)
		}
		return list
	})
	maybe(patch, "open", func() any { return drawObject(t, "open", 3) })
	maybe(patch, "team", word)
	maybe(patch, "rank", word)
	if rapid.Bool().Draw(t, "address") {
		address := map[string]any{}
		maybe(address, "street", word)
		if rapid.Bool().Draw(t, "geo") {
			geo := map[string]any{}
			maybe(geo, "latitude", func() any { return rapid.IntRange(-90, 90).Draw(t, "lat") })
			address["geo"] = geo
		}
		patch["address"] = address
	}
	return patch
}

func drawObject(t *rapid.T, label string, depth int) map[string]any {
	m := map[string]any{}
	for range rapid.IntRange(0, 3).Draw(t, label) {
		m[rapid.SampledFrom([]string{"a", "b", "c", "a.b", "size", "__proto__", "#0"}).Draw(t, "name")] = drawJSON(t, label, depth-1)
	}
	return m
}

func drawJSON(t *rapid.T, label string, depth int) any {
	n := rapid.IntRange(0, 6).Draw(t, label)
	switch {
	case n == 0:
		return nil
	case n == 1:
		return rapid.Bool().Draw(t, "bool")
	case n == 2:
		return rapid.IntRange(-9, 9).Draw(t, "int")
	case n >= 5 && depth > 0:
		return drawObject(t, label, depth)
	case n == 4 && depth > 0:
		list := []any{}
		for range rapid.IntRange(0, 2).Draw(t, "len") {
			list = append(list, drawJSON(t, label, depth-1))
		}
		return list
	}
	return rapid.StringMatching(`[a-z]{0,2}`).Draw(t, "text")
}

func TestAWritesConditionIsItsOwnership(t *testing.T) {
	c := load(t, strings.ReplaceAll(patched, "    version: version\n", "    version: version\n    ttl: expires\n")+
		"  DELETE /users/{user}: { delete: mine }\n")
	c.Views[0].Of.Only = []contract.Constraint{{
		Attribute: &contract.Attribute{Name: "kind", Type: contract.S}, Value: contract.Constant{Type: contract.S, Text: "user"},
	}}
	now := strconv.FormatInt(moment.Now.Unix(), 10)
	number := func(s string) item.Value { return item.Value{Kind: item.KindN, Str: s} }
	with := func(name string, v item.Value) item.Item {
		it := item.Item{"id": text("u"), "owner": text("alice"), "kind": text("user"), "version": number("3")}
		if it[name] = v; v.Kind == 0 {
			delete(it, name)
		}
		return it
	}
	tests := []struct {
		name string
		it   item.Item
		seen plan.Seen
		want bool
	}{
		{"one's own", with("", item.Value{}), plan.Seen{}, true},
		{"no item", nil, plan.Seen{}, false},
		{"another's", with("owner", text("bob")), plan.Seen{}, false},
		{"nobody's", with("owner", item.Value{}), plan.Seen{}, false},
		{"one owned by a list", with("owner", item.Value{Kind: item.KindL, List: []item.Value{text("alice")}}), plan.Seen{}, false},
		{"of another type", with("kind", text("admin")), plan.Seen{}, false},
		{"expired", with("expires", number(now)), plan.Seen{}, false},
		{"not expired", with("expires", number(now+"0")), plan.Seen{}, true},
		{"with a time that is none", with("expires", text("never")), plan.Seen{}, true},
		{"the version that was seen", with("version", number("3")), plan.Seen{Any: true, Version: "3"}, true},
		{"a later version", with("version", number("4")), plan.Seen{Any: true, Version: "3"}, false},
		{"no version where one was seen", with("version", item.Value{}), plan.Seen{Any: true, Version: "3"}, false},
		{"no version, as was seen", with("version", item.Value{}), plan.Seen{Any: true}, true},
		{"a version where none was seen", with("version", number("3")), plan.Seen{Any: true}, false},
	}
	up, del := routeOf(t, c, "PATCH /users/{user}"), routeOf(t, c, "DELETE /users/{user}")
	for _, test := range tests {
		w, err := plan.New(up, "t").Update(granted(t, up, who("alice"), "user", "u")[0], []byte(`{"title":"x","open":{"a":1}}`), test.seen, moment)
		if err != nil {
			t.Fatal(err)
		}
		it := item.Clone(test.it)
		if it != nil {
			it["open"] = item.Value{Kind: item.KindM}
		}
		if got := expr.Eval(parsed(t, w.Operation).condition, it); got != test.want {
			t.Errorf("update of %s: %v", test.name, got)
		}
		for _, op := range w.Ensure {
			if expr.Eval(parsed(t, op).condition, test.it) != test.want {
				t.Errorf("a map in %s", test.name)
			}
		}
		d, err := plan.New(del, "t").Delete(granted(t, del, who("alice"), "user", "u")[0], test.seen, moment)
		if err != nil {
			t.Fatal(err)
		}
		if got := expr.Eval(parsed(t, d.Operation).condition, test.it); got != test.want {
			t.Errorf("delete of %s: %v", test.name, got)
		}
	}
}

// refusals of bodies: what a client reads of each, which names nothing hidden
// and holds no value.
func TestBodiesAreRefusedByWhatIsWritable(t *testing.T) {
	const alone = "takes title, number, tags, open, team, rank, address alone"
	tests := []struct{ name, body, want string }{
		{"no object", `[]`, "body: takes one JSON object, without duplicate or nameless members, nested at most 32 deep"},
		{"a hidden attribute", `{"touched":"canary"}`, "body: " + alone},
		{"an unknown one", `{"canary":"canary"}`, "body: " + alone},
		{"the owner", `{"owner":"canary"}`, "body: " + alone},
		{"the version", `{"version":1}`, "body: " + alone},
		{"the key", `{"id":"canary"}`, "body: " + alone},
		{"a composed key", `{"TEAM":"canary"}`, "body: " + alone},
		{"a name inside for one outside", `{"count":1}`, "body: " + alone},
		{"a prototype", `{"__proto__":{"admin":true}}`, "body: " + alone},
		{"another case", `{"Title":"canary"}`, "body: " + alone},
		{"a dotted path", `{"address.hidden":"canary"}`, "body: " + alone},
		{"a hidden member", `{"address":{"hidden":"canary"}}`, "address: takes street, geo alone"},
		{"a hidden member deeper", `{"address":{"geo":{"hidden":"canary"}}}`, "address.geo: takes latitude alone"},
		{"a map replaced whole", `{"address":"canary"}`, "address: takes an object of what of it is writable"},
		{"a map removed", `{"address":null}`, "address: takes an object of what of it is writable"},
		{"a wrong type", `{"title":{"canary":1}}`, "title: takes a string"},
		{"a wrong type under another name", `{"number":"canary"}`, "number: takes a number of at most 38 digits"},
		{"a number too large", `{"number":1e126}`, "number: takes a number of at most 38 digits"},
		{"a number too long", `{"number":` + strings.Repeat("7", 39) + `}`, "number: takes a number of at most 38 digits"},
		{"an empty set", `{"tags":[]}`, "tags: takes an array of different strings, not empty"},
		{"a set with doubles", `{"tags":["canary","canary"]}`, "tags: takes an array of different strings, not empty"},
		{"an empty part of a key", `{"team":""}`, "team: takes text that is not empty, or null"},
		{"a delimiter in a part of a key", `{"team":"canary#x"}`, "forbidden"},
		{"a part of a key too long", `{"rank":"` + strings.Repeat("x", 1023) + `"}`, "forbidden"},
		{"more than an expression takes", `{"open":{` + members(600) + `}}`, "too large"},
		{"far more", `{"open":{` + members(30000) + `}}`, "too large"},
		{"more maps than are worth it", `{"open":{` + objects(40) + `}}`, "too large"},
	}
	c := load(t, patched)
	r := routeOf(t, c, "PATCH /users/{user}")
	p, g := plan.New(r, "t"), granted(t, r, who("alice"), "user", "u")[0]
	for _, test := range tests {
		_, err := p.Update(g, []byte(test.body), plan.Seen{}, moment)
		if err == nil {
			t.Errorf("%s is taken", test.name)
			continue
		}
		if got := fault.Of(err).Public(); got != test.want {
			t.Errorf("%s: %s", test.name, got)
		}
		if strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: the value is in %v", test.name, err)
		}
	}
	if w, err := p.Update(g, []byte(`{}`), plan.Seen{}, moment); err != nil || !w.Empty {
		t.Errorf("an empty patch: %v %v", w, err)
	}
}

func members(n int) string {
	var list []string
	for i := range n {
		list = append(list, `"`+strconv.Itoa(i)+`":0`)
	}
	return strings.Join(list, ",")
}

func objects(n int) string {
	var list []string
	for i := range n {
		list = append(list, `"`+strconv.Itoa(i)+`":{}`)
	}
	return strings.Join(list, ",")
}

func TestAViewThatOnlySetsIsATouch(t *testing.T) {
	c := load(t, strings.Replace(patched, "    write: [title, count, tags, open, team, rank, address.street, address.geo.lat]\n    set: { on_update: { touched: \"{now}\" } }",
		"    set: { on_update: { touched: \"{now}\", team: all } }", 1))
	r := routeOf(t, c, "PATCH /users/{user}")
	w, err := plan.New(r, "t").Update(granted(t, r, who("alice"), "user", "u")[0], []byte(`{}`), plan.Seen{}, moment)
	if err != nil {
		t.Fatal(err)
	}
	after := sent(t, item.Item{"id": text("u"), "owner": text("alice"), "TEAM": text("TEAM#old")}, w)
	// A variable is in its keys, and nowhere else.
	if _, stored := after["team"]; stored || after["TEAM"].Str != "TEAM#all" || after["touched"].Str == "" {
		t.Errorf("stored %s", item.AppendItem(nil, after))
	}
}

func TestAWriteThatCannotHoldItsScopeIsRefused(t *testing.T) {
	c := load(t, patched)
	r := *routeOf(t, c, "PATCH /users/{user}")
	v := *c.Views[0]
	r.Views = []*contract.View{&v}
	mine := contract.Operand{Kind: contract.FromID}
	for _, test := range []struct {
		variable string
		want     string // the condition's path, or "" for a refusal
	}{{"team", "TEAM"}, {"rank", "NAME"}} {
		v.Scope = []contract.Binding{{Attribute: v.Of.Attributes[test.variable], Value: mine}}
		w, err := plan.New(&r, "t").Update(granted(t, &r, who("alice"), "user", "u")[0], []byte(`{"title":"x"}`), plan.Seen{}, moment)
		if err != nil {
			t.Fatal(err)
		}
		if got := expr.Paths(parsed(t, w.Operation).condition)[1][0].Name; got != test.want {
			t.Errorf("the scope's %s is compared with %s", test.variable, got)
		}
	}
	// Behind a variable that is not known no condition can find it.
	v.Of.Keys["TEAM"] = contract.Template{Delimiter: "#", Parts: []contract.Part{{Variable: "rank"}, {Literal: "#"}, {Variable: "team"}}}
	v.Scope = []contract.Binding{{Attribute: v.Of.Attributes["team"], Value: mine}}
	_, err := plan.New(&r, "t").Update(granted(t, &r, who("alice"), "user", "u")[0], []byte(`{"title":"x"}`), plan.Seen{}, moment)
	if err == nil || fault.Of(err).Kind != fault.Forbidden {
		t.Errorf("it is sent: %v", err)
	}
}

// A path that leads nowhere, which parse refuses, must not make all that is on
// the way to it writable.
func TestAWritePathThatLeadsNowhereWritesNothing(t *testing.T) {
	c := load(t, patched)
	r := *routeOf(t, c, "PATCH /users/{user}")
	v := *c.Views[0]
	r.Views = []*contract.View{&v}
	v.Write = []contract.Path{{{Name: "address"}, {Name: "nowhere"}}, {{Name: "open"}, {Element: true}}}
	for _, body := range []string{`{"address":{"hidden":"x"}}`, `{"address":{"street":"x"}}`, `{"open":{"a":1}}`} {
		w, err := plan.New(&r, "t").Update(granted(t, &r, who("alice"), "user", "u")[0], []byte(body), plan.Seen{}, moment)
		if err == nil && !w.Empty {
			t.Errorf("%s is written: %s", body, w.Body)
		}
	}
}

// FuzzUpdate and its create: whatever the body, a fault that is the client's, or
// requests that DynamoDB takes.
func FuzzUpdate(f *testing.F) {
	for _, seed := range []string{`{"title":"x","open":{"a":{"b":null}},"tags":["a"]}`, `{"address":{"geo":{"latitude":1e2}}}`, `{"team":"a","rank":null}`, `{"open":{"":1}}`, `{`} {
		f.Add([]byte(seed))
	}
	c, made := load(f, patched), load(f, creates)
	patch, post := routeOf(f, c, "PATCH /users/{user}"), routeOf(f, made, "POST /docs/{doc}")
	p, q := plan.New(patch, "t"), plan.New(post, "t")
	g, h := granted(f, patch, who("alice"), "user", "u")[0], granted(f, post, who("ann", "tenant=acme"), "doc", "d")[0]
	f.Fuzz(func(t *testing.T, text []byte) {
		w, err := p.Update(g, text, plan.Seen{}, moment)
		if err == nil && !w.Empty {
			for _, op := range append([]plan.Operation{w.Operation}, w.Ensure...) {
				parsed(t, op)
			}
		}
		if bad := fault.Of(err); err != nil && (bad.Status() < 400 || bad.Status() > 499) {
			t.Fatal(err)
		}
		creation, err := q.Create(h, text, moment)
		if err == nil {
			it, err := item.DecodeItem(creation.Item)
			if err != nil {
				t.Fatalf("DynamoDB would refuse it: %v", err)
			}
			if err := item.CheckDepth(it); err != nil {
				t.Fatal(err)
			}
		} else if bad := fault.Of(err); bad.Status() < 400 || bad.Status() > 499 {
			t.Fatal(err)
		}
	})
}

// contains() finds a part of a text, and an item that holds one where the scope
// has a set is nobody's.
func TestAScopeOfMembersIsOneOfMembersAlone(t *testing.T) {
	c := load(t, `contract: 1
identity:
  - header: { id: X-User-Id, from: [loopback] }
tables:
  Docs:
    partition_key: id
    attributes: { id: S ordinary, title: S ordinary, readers: SS ordinary, editors: { type: L, class: ordinary, of: S ordinary } }
views:
  mine: { of: Docs, scope: { readers: { contains: principal.id }, editors: { contains: principal.id } }, show: [title], write: [title] }
routes:
  PATCH /docs/{id}: { update: mine }
`)
	r := routeOf(t, c, "PATCH /docs/{id}")
	w, err := plan.New(r, "t").Update(granted(t, r, who("ann"), "id", "d")[0], []byte(`{"title":"x"}`), plan.Seen{}, moment)
	if err != nil {
		t.Fatal(err)
	}
	set := func(members ...string) (v item.Value) {
		for _, m := range members {
			v.List = append(v.List, text(m))
		}
		v.Kind = item.KindSS
		return v
	}
	list := func(members ...string) item.Value {
		v := set(members...)
		v.Kind = item.KindL
		return v
	}
	for _, test := range []struct {
		readers, editors item.Value
		want             bool
	}{
		{set("bob", "ann"), list("ann"), true},
		{set("joann"), list("ann"), false},
		{set("ann"), list("joann"), false},
		{text("joann"), list("ann"), false},
		{text("ann"), list("ann"), false},
		{set("ann"), text("ann"), false},
		{list("ann"), set("ann"), false},
	} {
		it := item.Item{"id": text("d"), "readers": test.readers, "editors": test.editors}
		if got := expr.Eval(parsed(t, w.Operation).condition, it); got != test.want {
			t.Errorf("%s: %v", item.AppendItem(nil, it), got)
		}
	}
}
