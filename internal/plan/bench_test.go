package plan_test

import (
	"testing"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/plan"
)

// BenchmarkGet and BenchmarkList are what a request costs between routing and
// the store, for the profile contract.
func BenchmarkGet(b *testing.B) {
	c := loadFile(b, "../../examples/profiles/discreet.yaml")
	r := routeOf(b, c, "GET /api/profiles/{user_id}")
	p, alice, path := plan.New(r, "UserProfiles"), who("alice"), map[string]string{"user_id": "alice"}
	b.ReportAllocs()
	for b.Loop() {
		d, bad := access.Decide(access.Ask{Principal: alice, Route: r, Path: path})
		if bad != nil {
			b.Fatal(bad)
		}
		if _, err := p.Get(d.Grants, false); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkList(b *testing.B) {
	c := loadFile(b, "../../examples/profiles/discreet.yaml")
	r := routeOf(b, c, "GET /api/profile")
	p, alice := plan.New(r, "UserProfiles"), who("alice")
	b.ReportAllocs()
	for b.Loop() {
		d, bad := access.Decide(access.Ask{Principal: alice, Route: r})
		if bad != nil {
			b.Fatal(bad)
		}
		l, err := p.List(d.Grants[0], nil)
		if err != nil {
			b.Fatal(err)
		}
		l.Page(21, nil)
	}
}
