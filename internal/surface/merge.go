package surface

import (
	"cmp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
)

// Places calls f with every place in an app.
func (a *App) Places(f func(*finding.Location)) {
	attributes := func(list []Attribute) {
		for i := range list {
			f(&list[i].Location)
		}
	}
	accesses := func(list []Access) {
		for i := range list {
			f(&list[i].Location)
			attributes(list[i].Shows)
			attributes(list[i].Reads)
			attributes(list[i].Writes)
		}
	}
	for i := range a.Routes {
		f(&a.Routes[i].Location)
		accesses(a.Routes[i].Accesses)
	}
	accesses(a.Elsewhere)
	if a.Identity.Path != "" {
		f(&a.Identity.Location)
	}
	for i := range a.Tables {
		f(&a.Tables[i].Location)
		for j := range a.Tables[i].Fields {
			f(&a.Tables[i].Fields[j].Location)
		}
	}
}

// Merge adds what another tree does: its routes and accesses behind those that
// are there, its tables among them. A table that both know is one; what one
// declares is taken before what the other guesses.
func (a *App) Merge(other *App) {
	a.Routes = append(a.Routes, other.Routes...)
	a.Elsewhere = append(a.Elsewhere, other.Elsewhere...)
	if other.Identity.Kind > a.Identity.Kind {
		a.Identity = other.Identity
	}
	for _, t := range other.Tables {
		i := slices.IndexFunc(a.Tables, func(o Table) bool { return o.Name == t.Name && o.Setting == t.Setting })
		if i < 0 {
			a.Tables = append(a.Tables, t)
			continue
		}
		a.Tables[i] = a.Tables[i].with(t)
	}
	slices.SortStableFunc(a.Tables, func(x, y Table) int { return strings.Compare(x.Name, y.Name) })
}

func (t Table) with(other Table) Table {
	if other.Declared && !t.Declared {
		t, other = other, t
	}
	if !t.Declared && t.PartitionKey == "" {
		t.PartitionKey, t.SortKey, t.PartitionType, t.SortType = other.PartitionKey, other.SortKey, other.PartitionType, other.SortType
	}
	t.TTL = cmp.Or(t.TTL, other.TTL)
	t.Indexes = slices.Clone(t.Indexes)
	for _, x := range other.Indexes {
		if !t.Declared && !slices.ContainsFunc(t.Indexes, func(o Index) bool { return o.Name == x.Name }) {
			t.Indexes = append(t.Indexes, x)
		}
	}
	t.Fields = slices.Clone(t.Fields)
	for _, f := range other.Fields {
		i := slices.IndexFunc(t.Fields, func(o Field) bool { return o.Name == f.Name })
		if i < 0 {
			t.Fields = append(t.Fields, f)
			continue
		}
		g := &t.Fields[i]
		g.Type, g.Class = cmp.Or(g.Type, f.Type), cmp.Or(g.Class, f.Class)
		g.Owner = g.Owner || f.Owner
		g.Shown, g.Read, g.Written = g.Shown || f.Shown, g.Read || f.Read, g.Written || f.Written
	}
	slices.SortFunc(t.Fields, func(x, y Field) int { return strings.Compare(x.Name, y.Name) })
	return t
}
