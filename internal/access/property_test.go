package access_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
)

// hostile are the texts that once reached another key in some program.
var hostile = rapid.OneOf(
	rapid.SampledFrom([]string{
		"", "#", "|", "a#b", "acme", "acme#TEAM#red", "T#acme", "USER#ann", "{tenant}", "%23", "\x00", "\u202e", "\xff", "é", "e\u0301",
		"1", "01", "1.0", "1e0", "-0", "+1", "ann#NOTE#n1", "NOTE", "ann", "alice", "ALICE", " alice", "alice ", "*", "null", "true",
	}),
	rapid.StringOfN(rapid.SampledFrom([]rune("#|{}TEAMacme1.\u00e9")), 0, 12, -1),
	rapid.String(),
)

// TestNoValueWidensAScope composes keys of whatever principals and paths, reads
// the keys by their templates again, and finds in them the principal's own
// values, or no key at all.
func TestNoValueWidensAScope(t *testing.T) {
	c := load(t, source)
	rapid.Check(t, func(t *rapid.T) {
		route := rapid.SampledFrom(c.Routes).Draw(t, "route")
		p := contract.Principal{
			ID: hostile.Draw(t, "id"), Roles: []string{contract.RoleAuthenticated},
			Claims: map[string]contract.Claim{},
		}
		for _, name := range []string{"tenant", "teams", "account"} {
			values := rapid.SliceOfN(hostile, 0, 3).Draw(t, name)
			p.Claims[name] = contract.Claim{Values: values, List: rapid.Bool().Draw(t, "list")}
		}
		path := map[string]string{}
		for _, s := range route.Segments {
			if s.Variable != "" {
				value := hostile
				if rapid.Bool().Draw(t, "own") {
					value = rapid.SampledFrom(append([]string{p.ID}, p.Claims["teams"].Values...))
				}
				path[s.Variable] = value.Draw(t, s.Variable)
			}
		}
		d, bad := access.Decide(access.Ask{Principal: p, Route: route, Path: path})
		if (bad == nil) != (len(d.Grants) > 0) || len(d.Trail) != len(route.Views) {
			t.Fatal("a decision that is none")
		}
		for _, g := range d.Grants {
			if !g.Permits() || !g.View().Admits(p.Roles) {
				t.Fatalf("%s is granted without its role", g.View().Name)
			}
			held(t, g, path)
		}
	})
}

// held fails unless every value of the scope is the principal's, and every key
// that is fixed reads as these values and no others.
func held(t *rapid.T, g access.Grant, path map[string]string) {
	want := map[string]string{}
	for _, b := range g.View().Scope {
		name := b.Attribute.Name
		var own []string
		switch b.Value.Kind {
		case contract.FromID:
			own = []string{g.Principal().ID}
		case contract.FromClaim:
			own = g.Principal().Claims[b.Value.Claim].Values
		case contract.FromConstant:
			own = []string{b.Value.Constant.Text}
		}
		if b.Contains {
			if !slices.ContainsFunc(g.Checks(), func(c access.Check) bool {
				return c.Attribute.Name == name && c.Operator == contract.Contains && slices.Contains(own, c.Values[0])
			}) {
				t.Fatalf("no check of %s", name)
			}
			continue
		}
		value, ok := g.Bound(name)
		if !ok || value == "" || !slices.Contains(own, value) {
			t.Fatalf("%s is bound to %q, which is not the principal's", name, value)
		}
		if asked, inPath := path[name]; inPath && asked != value {
			t.Fatalf("%s is %q in the path and %q in the grant", name, asked, value)
		}
		if !slices.ContainsFunc(g.Checks(), func(c access.Check) bool {
			return c.Attribute.Name == name && c.Operator == contract.Eq && c.Values[0] == value
		}) {
			t.Fatalf("no check of %s", name)
		}
		want[name] = value
	}
	for _, k := range g.Key() {
		reads(t, g, k.Attribute.Name, k.Value, want)
	}
	for _, a := range g.Asked() {
		if a.Operator == contract.Eq {
			reads(t, g, a.Attribute.Name, a.Values[0], want)
			continue
		}
		// Whatever follows the prefix, the key holds the values that it fixes.
		template := g.View().Of.Keys[a.Attribute.Name]
		open := slices.DeleteFunc(template.Variables(), func(v string) bool { return g.Fixes(a.Attribute.Name, v) })
		if len(open) == 1 {
			reads(t, g, a.Attribute.Name, a.Values[0]+"x", want)
		}
	}
}

func reads(t *rapid.T, g access.Grant, key, text string, want map[string]string) {
	ok := g.View().Of.Keys[key].Match(text, func(variable, value string) {
		if w, bound := want[variable]; bound && w != value {
			t.Fatalf("%s reads %s=%q, and the principal's is %q", key, variable, value, w)
		}
	})
	if !ok {
		t.Fatalf("%s=%q is no key of the type", key, text)
	}
	if len(text) > access.KeyLimit(g.View().Of.Table, key) {
		t.Fatalf("%s has %d bytes", key, len(text))
	}
}

// FuzzDecide looks for a principal and a path that reach what is not theirs.
func FuzzDecide(f *testing.F) {
	f.Add("alice", "acme", "red", "n1")
	f.Add("a#b", "acme#TEAM#red", "red", "n#1")
	f.Add("\xff", "", "{team}", "1e3")
	c := load(f, source)
	f.Fuzz(func(t *testing.T, id, tenant, team, other string) {
		p := contract.Principal{
			ID: id, Roles: []string{contract.RoleAuthenticated},
			Claims: map[string]contract.Claim{
				"tenant": {Values: []string{tenant}}, "account": {Values: []string{other}}, "teams": {Values: []string{team, other}, List: true},
			},
		}
		for _, route := range c.Routes {
			path := map[string]string{}
			for i, s := range route.Segments {
				if s.Variable != "" {
					path[s.Variable] = []string{team, other, id, tenant}[i%4]
				}
			}
			d, _ := access.Decide(access.Ask{Principal: p, Route: route, Path: path})
			for _, g := range d.Grants {
				for _, b := range g.View().Scope {
					if v, ok := g.Bound(b.Attribute.Name); ok && b.Value.Kind == contract.FromID && v != id {
						t.Fatalf("%s: %s is not the id", route.Text, b.Attribute.Name)
					}
				}
				for _, k := range g.Key() {
					if !g.View().Of.Keys[k.Attribute.Name].Match(k.Value, func(name, value string) {
						if v, ok := g.Bound(name); ok && v != value {
							t.Fatalf("%s: %s reads another %s", route.Text, k.Attribute.Name, name)
						}
					}) {
						t.Fatalf("%s: %s is no key", route.Text, k.Attribute.Name)
					}
				}
			}
		}
	})
}
