package expr

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/item"
)

// restrict keeps the attributes in which one of the paths begins.
func restrict(m item.Item, paths ...Path) item.Item {
	kept := item.Item{}
	for _, p := range paths {
		if v, ok := m[p[0].Name]; ok {
			kept[p[0].Name] = v
		}
	}
	return kept
}

func TestAConditionReadsNoAttributeThatPathsDoesNotTell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, m := genCondition(3).Draw(t, "condition"), genItem().Draw(t, "item")
		if Eval(c, m) != Eval(c, restrict(m, Paths(c)...)) {
			t.Fatalf("the condition reads more than %v", Paths(c))
		}
	})
}

func TestAnUpdateReadsAndWritesNoAttributeThatItDoesNotTell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u, m := genUpdate().Draw(t, "update"), genItem().Draw(t, "item")
		after, _, err := Apply(u, m)
		known := append(u.Targets(), u.Sources()...)
		less, _, errLess := Apply(u, restrict(m, known...))
		if message(err) != message(errLess) {
			t.Fatalf("fault %v, of what is told %v", err, errLess)
		}
		if err != nil {
			return
		}
		written := func(name string) bool {
			return slices.ContainsFunc(u.Targets(), func(p Path) bool { return p[0].Name == name })
		}
		for _, name := range someNames {
			is, has := after[name]
			want, had := m[name]
			if written(name) {
				want, had = less[name]
			}
			if has != had || has && !item.Equal(is, want) {
				t.Fatalf("attribute %q is %v, want %v", name, is, want)
			}
		}
	})
}

func TestAProjectionShowsNothingButItsPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		paths, m := genPaths().Draw(t, "paths"), genItem().Draw(t, "item")
		shown := Project(m, paths)
		for name := range shown {
			if !slices.ContainsFunc(paths, func(p Path) bool { return p[0].Name == name }) {
				t.Fatalf("attribute %q is shown", name)
			}
		}
		for _, p := range paths {
			want, ok := p.Find(m)
			if !ok || slices.ContainsFunc(p, func(s Step) bool { return s.IsIndex }) {
				continue // an element's index changes when others are left out
			}
			if got, ok := p.Find(shown); !ok || !item.Equal(got, want) {
				t.Fatalf("%v is %v, want %v", p, got, want)
			}
		}
		// What is not named could be anything.
		other := item.Clone(m)
		for name := range other {
			if _, ok := restrict(m, paths...)[name]; !ok {
				other[name] = item.Value{Kind: item.KindS, Str: "changed"}
			}
		}
		if !item.EqualItems(shown, Project(other, paths)) {
			t.Fatal("what is not named shows")
		}
	})
}
