package parse

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/contract"
)

func load(t *testing.T, file string) *contract.Contract {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c, problems := Contract(file, source)
	if c == nil {
		t.Fatalf("%s", problems.Text())
	}
	return c
}

func TestSimpleTableResolves(t *testing.T) {
	c := load(t, profiles)
	table := c.Table("UserProfiles")
	if len(table.Items) != 1 || table.Items[0].Name != "UserProfiles" || !table.Items[0].Keys["user_id"].Whole {
		t.Errorf("item types: %+v", table.Items)
	}
	own, support := c.View("own_profile"), c.View("support_profile")
	if own.Any || !reflect.DeepEqual(own.Roles, []string{"authenticated"}) || own.Scope[0].Value.Kind != contract.FromID || own.Scope[0].Attribute.Name != "user_id" {
		t.Errorf("own_profile: %+v", own)
	}
	if !support.Any || support.ByPartition || support.Scan != "" || support.Reason == "" {
		t.Errorf("support_profile: %+v", support)
	}
	if got := string(own.Show[3].Default); got != "{}" || own.Show[0].Default != nil || string(own.Show[1].Default) != `""` {
		t.Errorf("defaults: %q", got)
	}
	if support.Show[2].Mask != contract.MaskEmail || support.Show[2].As != "email" {
		t.Errorf("mask: %+v", support.Show[2])
	}
	h := c.Identity.Sources[0].Header
	if h.ID != "X-User-Id" || !h.Loopback || len(h.From) != 2 || c.Identity.Sources[0].Name != "header" {
		t.Errorf("header: %+v", h)
	}
	rt := c.Routes[1]
	if rt.Method != "GET" || rt.Operation != contract.Get || !reflect.DeepEqual(rt.Segments, []contract.Segment{{Literal: "api"}, {Literal: "profiles"}, {Variable: "user_id"}}) || rt.Views[1] != support {
		t.Errorf("route: %+v", rt)
	}
	if c.Routes[0].Page != (contract.Page{Default: 20, Max: 100, Reads: 2000}) {
		t.Errorf("page: %+v", c.Routes[0].Page)
	}
}

func TestSingleTableResolves(t *testing.T) {
	c := load(t, saas)
	app := c.Table("app")
	user, task := app.Items[0], app.Items[2]
	for _, it := range app.Items {
		for _, key := range []string{"PK", "SK", "GSI1PK", "GSI1SK"} {
			if len(it.Keys[key].Parts) == 0 || it.Attributes[key] == nil {
				t.Errorf("%s has no template or attribute for %s", it.Name, key)
			}
		}
	}
	if !user.Keys["GSI1PK"].Whole || task.Keys["GSI1PK"].Whole || task.Keys["SK"].String() != "PROJECT#{project}#TASK#{task}" || task.Keys["SK"].Delimiter != "#" {
		t.Errorf("templates: %v", task.Keys)
	}
	if a := task.Attributes["assignee"]; !a.Variable || a.Type != contract.S || a.Class != contract.Ordinary {
		t.Errorf("assignee: %+v", a)
	}
	if a := task.Attributes["GSI1PK"]; a.Variable || a.Class != contract.Internal {
		t.Errorf("GSI1PK: %+v", a)
	}
	if steps := task.Attributes["steps"]; steps.Of.Class != contract.Ordinary || steps.Of.Members["cost"].Class != contract.Internal {
		t.Errorf("steps: %+v", steps.Of)
	}
	admin, tasks, mine := c.View("projects_admin"), c.View("tasks"), c.View("my_tasks")
	if len(admin.Show) != 4 || admin.Of.Name != "Project" || admin.OnCreate[0].Value.Kind != contract.FromNewID || !reflect.DeepEqual(admin.Roles, []string{"admin"}) {
		t.Errorf("projects_admin: %+v", admin)
	}
	if len(mine.Scope) != 2 || len(tasks.Scope) != 1 || mine.Scope[0].Value.Claim != "tenant" || len(mine.Show) != len(tasks.Show) || len(mine.Write) != 3 {
		t.Errorf("my_tasks: %+v", mine)
	}
	last := tasks.Show[len(tasks.Show)-1]
	if last.Path.String() != "steps[].text" || last.As != "text" {
		t.Errorf("steps[].text: %+v", last)
	}
	list := c.Routes[len(c.Routes)-1]
	if list.Index != app.Index("GSI1") || !list.Descending || list.Parameters[0].Attribute != task.Attributes["due"] {
		t.Errorf("list: %+v", list)
	}
	if web := c.Guard.Apps[0]; web.CallerSource != "cognito" || web.Views[0].View.Name != "me" || len(web.Views[0].Operations) != 3 {
		t.Errorf("web: %+v", web)
	}
	if all := c.View("all_tasks"); all.Scan == "" || !all.Any {
		t.Errorf("all_tasks: %+v", all)
	}
}

func TestEverythingElseResolves(t *testing.T) {
	c := load(t, every)
	docs := c.Table("docs")
	if x := docs.Index("by_title"); !x.Local || !reflect.DeepEqual(x.Partition, []string{"PK"}) || x.Projection.All || x.Projection.Names != nil {
		t.Errorf("by_title: %+v", x)
	}
	if x := docs.Index("by_owner"); x.Local || len(x.KeyNames()) != 4 {
		t.Errorf("by_owner: %+v", x)
	}
	if a := docs.Items[1].Attributes["created"]; a.Type != contract.N {
		t.Errorf("the type of an implied key is not the declared one: %+v", a)
	}
	if p := docs.Items[0].Attributes["body"].Pattern; p.MatchString("a<b") || !p.MatchString("ab") {
		t.Error("a pattern matches a part of the text")
	}
	if v := c.View("shared"); !v.Scope[1].Contains || v.Any {
		t.Errorf("shared: %+v", v.Scope)
	}
	if c.HTTP.RatePerSecond != 50 || c.HTTP.RateBurst != 100 || !c.HTTP.CORSCredentials || len(c.HTTP.CORSOrigins) != 2 {
		t.Errorf("http: %+v", c.HTTP)
	}
	if j := c.Identity.Sources[2].JWT; !reflect.DeepEqual(j.Algorithms, defaultAlgorithms) || !reflect.DeepEqual(j.ID, contract.ClaimPath{"sub"}) || j.Require["client_id"].Literal != "abc" {
		t.Errorf("jwt: %+v", j)
	}
	if c.Identity.Sources[3].Cognito.Clients[0].Env != "CLIENTS" || c.Identity.ID != "{name}:{id}" {
		t.Errorf("identity: %+v", c.Identity)
	}
}

func TestDigestChangesWithWhatDecides(t *testing.T) {
	source, err := os.ReadFile(profiles)
	if err != nil {
		t.Fatal(err)
	}
	digest := func(edit ...string) [32]byte {
		c, problems := Contract("d", []byte(strings.NewReplacer(edit...).Replace(string(source))))
		if c == nil {
			t.Fatalf("%s", problems.Text())
		}
		return c.View("own_profile").Digest
	}
	first := digest()
	if digest("PATCH /api/profile", "PATCH /api/me") != first || digest("roles: [support]", "roles: [help]") != first {
		t.Error("the digest changes with what is not the view's")
	}
	for _, edit := range [][]string{
		{"{ email: { default: \"\" } }", "{ email: { default: x } }"},
		{"      - user_id\n", ""},
		{"write: [display_name, preferences]", "write: [display_name]"},
		{"email:          S personal", "email:          S ordinary"},
		{"ssn:            S secret", "ssn:            S internal"},
		{"partition_key: user_id", "partition_key: user_id\n    ttl: gone"},
		{"scope: { user_id: principal.id }", "roles: [support]\n    scope: { user_id: principal.id }"},
	} {
		if digest(edit...) == first {
			t.Errorf("the digest does not change with %q", edit[1])
		}
	}
}

func TestEveryProblemIsReportedAtOnceInOrder(t *testing.T) {
	_, problems := Contract("c.yaml", []byte("contract: 2\ntables:\n  T:\n    partition_key: id\n    attributes: { id: S ordinary, a: X }\nview: {}\nroutes:\n  GET me: { get: v }\n"))
	want := []string{"version", "type", "unknown_key", "route", "unknown_view"}
	var got []string
	for _, p := range problems {
		got = append(got, p.Code)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v\n%s", got, want, problems.Text())
	}
}

func TestProblemsReadWell(t *testing.T) {
	_, problems := Contract("c.yaml", []byte("contract: 1\ntables:\n  T:\n    partition_kye: id\n    partition_key: id\n    attributes: { id: S ordinary }\n"))
	want := "c.yaml:4:5: error: `partition_kye` is no key here [unknown_key]\n" +
		"    4 |     partition_kye: id\n" +
		"      |     ^\n" +
		"      = did you mean `partition_key`?\n"
	if got := problems.Text(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var decoded []map[string]any
	if err := json.Unmarshal(problems.JSON(), &decoded); err != nil || decoded[0]["code"] != "unknown_key" || decoded[0]["line"] != 4.0 {
		t.Errorf("%v %s", err, problems.JSON())
	}
	if !bytes.Equal(Problems(nil).JSON(), []byte("[]\n")) {
		t.Error("no problems are not []")
	}
}

func TestPathsReadBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var path contract.Path
		for range rapid.IntRange(1, 5).Draw(t, "steps") {
			path = append(path, contract.Step{Name: rapid.StringMatching("[a-z.`\\[\\] ]{1,6}").Draw(t, "name")})
			if rapid.Bool().Draw(t, "element") {
				path = append(path, contract.Step{Element: true})
			}
		}
		got, why := parsePath(path.String())
		if why != "" || !reflect.DeepEqual(got, path) {
			t.Fatalf("%s: %v %s", path, got, why)
		}
	})
}

// TestDisjointTemplatesShareNoKey composes a key by one template: if the other
// reads it too, the two are never taken for disjoint.
func TestDisjointTemplatesShareNoKey(t *testing.T) {
	template := rapid.Custom(func(t *rapid.T) contract.Template {
		out := contract.Template{Delimiter: "#"}
		for i := range rapid.IntRange(1, 3).Draw(t, "parts") {
			literal := rapid.StringMatching("[ab]{0,2}").Draw(t, "literal")
			if i > 0 {
				literal = "#" + literal
			}
			if literal != "" {
				out.Parts = append(out.Parts, contract.Part{Literal: literal})
			}
			if literal == "" || rapid.Bool().Draw(t, "variable") {
				out.Parts = append(out.Parts, contract.Part{Variable: string(rune('x' + i))})
			}
		}
		return out
	})
	shared := 0
	rapid.Check(t, func(t *rapid.T) {
		a, b := template.Draw(t, "a"), template.Draw(t, "b")
		key, whole, err := a.Compose(func(string) (string, bool) {
			return rapid.StringMatching("[ab]{1,3}").Draw(t, "value"), true
		})
		if err != nil || !whole {
			t.Fatal(err)
		}
		if !a.Match(key, func(string, string) {}) {
			t.Fatalf("%s does not read %s back", a, key)
		}
		if b.Match(key, func(string, string) {}) {
			shared++
			if disjoint(a, b) {
				t.Fatalf("%s and %s share %s", a, b, key)
			}
		}
	})
	if shared == 0 {
		t.Error("no pair shared a key: the test shows nothing")
	}
}
