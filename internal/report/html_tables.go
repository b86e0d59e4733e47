package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/surface"
)

const (
	maxTables    = 300
	maxFields    = 300 // of a table
	maxMentioned = 12  // routes that one attribute names
)

// htmlTable is a table with what is known of it, and who gets at each attribute.
type htmlTable struct {
	ID, Name, Place string
	About           []string
	Fields          []htmlField
	More            int // fields that the page has no room for
}

type htmlField struct {
	Name, Type, Class string
	Whole             bool
	Shown, Stored     []htmlMention
	MoreShown         int
	MoreStored        int
	Words             string // what the code does with it, where no route is known to
	Worst             rank
}

// htmlMention is a route that a field names.
type htmlMention struct{ ID, Title string }

// tableIndex is the app's tables by name, those that only calls name among them.
type tableIndex struct {
	names  []string
	tables map[string]*surface.Table
	fields map[string]map[string]*surface.Field
}

func newTableIndex(app *surface.App) *tableIndex {
	x := &tableIndex{tables: map[string]*surface.Table{}, fields: map[string]map[string]*surface.Field{}}
	for i := range app.Tables {
		t := &app.Tables[i]
		x.tables[t.Name] = t
		x.fields[t.Name] = map[string]*surface.Field{}
		for j := range t.Fields {
			x.fields[t.Name][t.Fields[j].Name] = &t.Fields[j]
		}
	}
	add := func(list []surface.Access) {
		for i := range list {
			if n := list[i].Table; x.tables[n] == nil {
				x.tables[n] = &surface.Table{Name: n}
				x.fields[n] = map[string]*surface.Field{}
			}
		}
	}
	for i := range app.Routes {
		add(app.Routes[i].Accesses)
	}
	add(app.Elsewhere)
	x.names = slices.Sorted(maps.Keys(x.tables))
	return x
}

// id is a table's place on the page.
func (x *tableIndex) id(table string) string {
	i, _ := slices.BinarySearch(x.names, table)
	return fmt.Sprintf("t%d", i+1)
}

// class is an attribute's, or that of the map it is a member of.
func (x *tableIndex) class(table, attribute string) string {
	for n := attribute; n != ""; {
		if f := x.fields[table][n]; f != nil && f.Class != "" {
			return name(f.Class)
		}
		i := strings.LastIndexByte(n, '.')
		n = n[:max(i, 0)]
	}
	return ""
}

// pages describes every table, with the routes that show or store each attribute.
func (x *tableIndex) pages(routes []htmlRoute) []htmlTable {
	fields := map[string]map[string]*htmlField{}
	for _, n := range x.names {
		fields[n] = map[string]*htmlField{}
		for attribute, f := range x.fields[n] {
			fields[n][attribute] = &htmlField{Name: name(attribute), Type: name(f.Type), Class: name(f.Class), Words: used(f)}
		}
	}
	for i := range routes {
		r := &routes[i]
		for _, c := range r.Calls {
			for _, flow := range c.Flows {
				f := fields[c.table][flow.name]
				if f == nil {
					f = &htmlField{Name: flow.Name, Class: flow.Class, Whole: flow.Whole}
					fields[c.table][flow.name] = f
				}
				f.Worst = max(f.Worst, flow.Worst)
				into := &f.Shown
				if flow.Write {
					into = &f.Stored
				}
				if n := len(*into); n == 0 || (*into)[n-1].ID != r.ID {
					*into = append(*into, htmlMention{r.ID, r.Title})
				}
			}
		}
	}
	var out []htmlTable
	for _, n := range x.names[:min(len(x.names), maxTables)] {
		t := x.tables[n]
		page := htmlTable{ID: x.id(n), Name: tableTitle(n), About: about(t)}
		if t.Path != "" {
			page.Place = name(place(t.Location))
		}
		for _, attribute := range slices.Sorted(maps.Keys(fields[n])) { // names, which the page cuts, may be equal on it
			f := fields[n][attribute]
			f.MoreShown, f.MoreStored = max(len(f.Shown)-maxMentioned, 0), max(len(f.Stored)-maxMentioned, 0)
			f.Shown, f.Stored = f.Shown[:len(f.Shown)-f.MoreShown], f.Stored[:len(f.Stored)-f.MoreStored]
			page.Fields = append(page.Fields, *f)
		}
		slices.SortStableFunc(page.Fields, func(f, g htmlField) int { return -compareBool(f.Whole, g.Whole) })
		page.More = max(len(page.Fields)-maxFields, 0)
		page.Fields = page.Fields[:len(page.Fields)-page.More]
		out = append(out, page)
	}
	return out
}

// used says what the code does with a field, in words.
func used(f *surface.Field) string {
	var words []string
	if f.Read {
		words = append(words, "read")
	}
	if f.Written {
		words = append(words, "stored")
	}
	if f.Shown {
		words = append(words, "shown")
	}
	return strings.Join(words, ", ")
}

// about says what is known of a table, a sentence each.
func about(t *surface.Table) []string {
	var out []string
	if t.Setting {
		out = append(out, "Named by a setting.")
	}
	key := func(partition, partitionType, sort, sortType string) string {
		typed := func(n, kind string) string { return strings.TrimSpace(name(n) + " " + name(kind)) }
		s := "partition key " + typed(partition, partitionType)
		if sort != "" {
			s += ", sort key " + typed(sort, sortType)
		}
		return s
	}
	guessed := ""
	if !t.Declared {
		guessed = ", as the code asks for items"
	}
	if t.PartitionKey != "" {
		out = append(out, upper(key(t.PartitionKey, t.PartitionType, t.SortKey, t.SortType))+guessed+".")
	}
	for _, i := range t.Indexes[:min(len(t.Indexes), 20)] {
		s := "Index " + name(i.Name)
		if i.PartitionKey != "" {
			s += ": " + key(i.PartitionKey, "", i.SortKey, "")
		}
		out = append(out, s+".")
	}
	if t.TTL != "" {
		out = append(out, "Items expire by "+name(t.TTL)+".")
	}
	return out
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
