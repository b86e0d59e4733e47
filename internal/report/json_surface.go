package report

import "github.com/discreet-dev/discreet/internal/surface"

// The member "surface" of a scan's JSON: what the app does with its tables.
// Like the rest of the report it holds names and places, and no value but the
// literals that keys are composed of.

type jsonSurface struct {
	Routes    []jsonRoute  `json:"routes"`
	Tables    []jsonTable  `json:"tables"`
	Elsewhere []jsonAccess `json:"elsewhere"`
}

type jsonRoute struct {
	Title         string       `json:"title"`
	Methods       []string     `json:"methods"`
	Path          string       `json:"path,omitempty"`
	Others        []string     `json:"other_paths,omitempty"`
	Function      string       `json:"function"`
	Location      jsonLocation `json:"location"`
	Authenticated bool         `json:"authenticated"`
	Restricted    bool         `json:"restricted"`
	Accesses      []jsonAccess `json:"accesses"`
}

type jsonAccess struct {
	Table     string          `json:"table,omitempty"`
	Index     string          `json:"index,omitempty"`
	Operation string          `json:"operation"`
	Location  jsonLocation    `json:"location"`
	Scope     string          `json:"scope"`
	Bindings  []jsonBinding   `json:"bindings,omitempty"`
	Projected bool            `json:"projected,omitempty"`
	Guarded   bool            `json:"guarded,omitempty"`
	Shows     []jsonAttribute `json:"shows,omitempty"`
	Reads     []jsonAttribute `json:"reads,omitempty"`
	Writes    []jsonAttribute `json:"writes,omitempty"`
}

type jsonBinding struct {
	Attribute string `json:"attribute,omitempty"`
	Operator  string `json:"operator,omitempty"`
	Source    string `json:"source"`
	Name      string `json:"name,omitempty"`
	Template  string `json:"template,omitempty"`
	Key       bool   `json:"key,omitempty"`
	Checked   bool   `json:"checked,omitempty"`
}

type jsonAttribute struct {
	Name     string       `json:"name"`
	As       string       `json:"as,omitempty"`
	Location jsonLocation `json:"location"`
}

type jsonTable struct {
	Name          string       `json:"name"`
	Setting       bool         `json:"setting,omitempty"`
	Declared      bool         `json:"declared"`
	PartitionKey  string       `json:"partition_key,omitempty"`
	PartitionType string       `json:"partition_type,omitempty"`
	SortKey       string       `json:"sort_key,omitempty"`
	SortType      string       `json:"sort_type,omitempty"`
	TTL           string       `json:"ttl,omitempty"`
	Indexes       []jsonIndex  `json:"indexes,omitempty"`
	Fields        []jsonField  `json:"fields"`
	Location      jsonLocation `json:"location"`
}

type jsonIndex struct {
	Name         string   `json:"name"`
	PartitionKey string   `json:"partition_key,omitempty"`
	SortKey      string   `json:"sort_key,omitempty"`
	Projection   string   `json:"projection,omitempty"`
	Include      []string `json:"include,omitempty"`
}

type jsonField struct {
	Name     string       `json:"name"`
	Type     string       `json:"type,omitempty"`
	Class    string       `json:"class,omitempty"`
	Shown    bool         `json:"shown"`
	Read     bool         `json:"read"`
	Written  bool         `json:"written"`
	Location jsonLocation `json:"location"`
}

// scopeWords are the scopes as machines read them.
var scopeWords = map[surface.Scope]string{
	surface.Unbound: "unbound", surface.Caller: "caller", surface.Asserted: "asserted", surface.Principal: "principal", surface.Constant: "constant",
}

func jsonSurfaceOf(app *surface.App) *jsonSurface {
	if app == nil {
		return nil
	}
	out := &jsonSurface{Routes: []jsonRoute{}, Tables: []jsonTable{}, Elsewhere: jsonAccesses(app.Elsewhere)}
	for i := range app.Routes {
		r := &app.Routes[i]
		out.Routes = append(out.Routes, jsonRoute{
			r.Title, append([]string{}, r.Methods...), r.Path, r.Others, r.Function, jsonPlaceOf(r.Location), r.Authenticated, r.Restricted, jsonAccesses(r.Accesses),
		})
	}
	for i := range app.Tables {
		t := &app.Tables[i]
		table := jsonTable{
			Name: t.Name, Setting: t.Setting, Declared: t.Declared, PartitionKey: t.PartitionKey, PartitionType: t.PartitionType,
			SortKey: t.SortKey, SortType: t.SortType, TTL: t.TTL, Fields: []jsonField{}, Location: jsonPlaceOf(t.Location),
		}
		for _, x := range t.Indexes {
			table.Indexes = append(table.Indexes, jsonIndex(x))
		}
		for j := range t.Fields {
			f := &t.Fields[j]
			table.Fields = append(table.Fields, jsonField{f.Name, f.Type, f.Class, f.Shown, f.Read, f.Written, jsonPlaceOf(f.Location)})
		}
		out.Tables = append(out.Tables, table)
	}
	return out
}

func jsonAccesses(list []surface.Access) []jsonAccess {
	out := []jsonAccess{}
	for i := range list {
		a := &list[i]
		access := jsonAccess{
			Table: a.Table, Index: a.Index, Operation: a.Operation, Location: jsonPlaceOf(a.Location), Scope: scopeWords[a.Scope],
			Projected: a.Projected, Guarded: a.Guarded, Shows: jsonAttributes(a.Shows), Reads: jsonAttributes(a.Reads), Writes: jsonAttributes(a.Writes),
		}
		for _, b := range a.Bindings {
			access.Bindings = append(access.Bindings, jsonBinding{b.Attribute, b.Operator, b.Source.String(), b.Name, b.Template, b.Key, b.Checked})
		}
		out = append(out, access)
	}
	return out
}

func jsonAttributes(list []surface.Attribute) []jsonAttribute {
	var out []jsonAttribute
	for _, a := range list {
		out = append(out, jsonAttribute{a.Name, a.As, jsonPlaceOf(a.Location)})
	}
	return out
}
