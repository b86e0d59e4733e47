package draft_test

import (
	"fmt"
	"testing"

	"github.com/discreet-dev/discreet/internal/draft"
	"github.com/discreet-dev/discreet/internal/surface"
)

// A contract's size has bounds, and a tree of many services may be beyond them.
func TestAnAppThatIsTooLargeForAContractHasOneAllTheSame(t *testing.T) {
	app := &surface.App{}
	for i := range 300 {
		table := surface.Table{Name: fmt.Sprintf("Table%d", i), PartitionKey: "user_id"}
		for j := range 400 {
			table.Fields = append(table.Fields, surface.Field{Name: fmt.Sprintf("attribute_with_a_long_name_%d", j), Class: "ordinary"})
		}
		app.Tables = append(app.Tables, table)
		for j := range 10 {
			app.Routes = append(app.Routes, surface.Route{Title: "GET", Methods: []string{"GET"}, Path: fmt.Sprintf("/t%d/%d", i, j), Accesses: []surface.Access{{
				Table: table.Name, Operation: "GetItem", Shows: shows("*"), Bindings: []surface.Binding{{Attribute: "user_id", Source: surface.FromPrincipal, Owner: true}},
			}}})
		}
	}
	d := draft.Contract(draft.Config{App: app, Check: check})
	if len(d.Refused) > 0 || d.Routes == 0 {
		t.Fatalf("%d routes, refused: %v", d.Routes, d.Refused)
	}
	safe(t, d)
}
