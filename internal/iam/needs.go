package iam

import (
	"fmt"
	"slices"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/plan"
)

// need is a request that the contract needs, with where it comes from.
type need struct {
	plan.Need
	table *contract.Table
	from  string // a route, or an app of guard
	views []*contract.View
}

// needsOf are all requests that the product sends for the contract.
func needsOf(c *contract.Contract, product Product) ([]need, []string) {
	if product == Guard {
		return guardNeeds(c)
	}
	var out []need
	for _, r := range c.Routes {
		out = append(out, routeNeeds(r, r.Text)...)
	}
	return out, nil
}

func routeNeeds(r *contract.Route, from string) []need {
	var out []need
	for _, n := range plan.New(r, "").Needs() {
		out = append(out, need{Need: n, table: n.Views[0].Of.Table, from: from, views: n.Views})
	}
	return out
}

// guardNeeds are those of an app's operations: guard builds each request anew, so
// they are those of a route on the same view.
func guardNeeds(c *contract.Contract) (out []need, notes []string) {
	for _, app := range c.Guard.Apps {
		from := "app " + app.Name
		for _, av := range app.Views {
			for _, op := range av.Operations {
				for _, r := range guardRoutes(app, av.View, op) {
					out = append(out, routeNeeds(r, from)...)
				}
			}
		}
	}
	for _, t := range c.Guard.Tables {
		if t.Mode == "passthrough" || t.Mode == "shadow" {
			notes = append(notes, fmt.Sprintf("Table %s is in mode %s: guard sends what the app sends, and this policy does not grant it. Grant it apart, or enforce.", t.Table, t.Mode))
		}
	}
	return out, notes
}

func guardRoutes(app *contract.App, v *contract.View, operation string) []*contract.Route {
	of := func(op contract.Operation, x *contract.Index) *contract.Route {
		return &contract.Route{Operation: op, Views: []*contract.View{v}, Index: x}
	}
	switch operation {
	case "get":
		return []*contract.Route{of(contract.Get, nil)}
	case "create":
		return []*contract.Route{of(contract.Create, nil)}
	case "update":
		return []*contract.Route{of(contract.Update, nil)}
	case "delete":
		return []*contract.Route{of(contract.Delete, nil)}
	case "put":
		if app.PutMerge {
			return []*contract.Route{of(contract.Create, nil), of(contract.Update, nil)}
		}
		return []*contract.Route{of(contract.Create, nil)}
	}
	// query and scan: wherever the scope gives the partition, and for a view of
	// any item wherever a caller may.
	var out []*contract.Route
	for _, x := range append([]*contract.Index{nil}, v.Of.Table.Indexes...) {
		if v.Any && operation == "query" && (v.ByPartition || v.Scan != "") || v.Any && x == nil && v.Scan != "" || partitionBound(v, x) {
			out = append(out, of(contract.List, x))
		}
	}
	return out
}

func partitionKeys(t *contract.Table, x *contract.Index) []string {
	if x != nil {
		return x.Partition
	}
	return []string{t.Partition}
}

func partitionBound(v *contract.View, x *contract.Index) bool {
	for _, key := range partitionKeys(v.Of.Table, x) {
		for _, name := range v.Of.Keys[key].Variables() {
			if !slices.ContainsFunc(v.Scope, func(b contract.Binding) bool { return b.Attribute.Name == name && !b.Contains }) {
				return false
			}
		}
	}
	return true
}
