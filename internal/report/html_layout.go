package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// A panel's geometry, in units of its SVG, which is as wide as the gap between
// the two columns. The style sheet gives the rows of the page the same heights:
// a unit is a sixteenth of the root's font size.
const (
	gapWidth    = 224
	routeHeight = 56
	tableHeight = 56 // of a table's own row
	fieldHeight = 28
	tableGap    = 28
)

// layTable is a table of a panel while it is laid out.
type layTable struct {
	table  string
	rows   map[string]*htmlRow
	weight int // the sum of the routes' places, to put it near them
	lines  int
}

// lay puts tables beside the routes that use them, and draws the flows.
func (p *htmlPanel) lay(index *tableIndex) {
	tables := map[string]*layTable{}
	for i := range p.Routes {
		for _, c := range p.Routes[i].Calls {
			t := tables[c.table]
			if t == nil {
				t = &layTable{table: c.table, rows: map[string]*htmlRow{}}
				tables[c.table] = t
			}
			t.weight += i
			t.lines++
			for _, f := range c.Flows {
				row := t.rows[f.name]
				if row == nil {
					row = &htmlRow{Name: f.Name, Class: f.Class, Whole: f.Whole}
					t.rows[f.name] = row
				}
				row.Worst = max(row.Worst, f.Worst)
			}
		}
	}
	order := slices.Collect(maps.Values(tables))
	slices.SortFunc(order, func(s, t *layTable) int {
		return cmp.Or(cmp.Compare(s.weight*t.lines, t.weight*s.lines), cmp.Compare(s.table, t.table))
	})
	y := 0
	at := map[string]map[string]int{} // table, attribute: the middle of its row; "" is the table's own
	key := map[string]map[string]string{}
	for i, t := range order {
		if i > 0 {
			y += tableGap
		}
		out := htmlPanelTable{Name: tableTitle(t.table), ID: index.id(t.table)}
		at[t.table] = map[string]int{"": y + tableHeight/2}
		key[t.table] = map[string]string{}
		y += tableHeight
		names := slices.SortedFunc(maps.Keys(t.rows), func(m, n string) int {
			r, s := t.rows[m], t.rows[n]
			return cmp.Or(-compareBool(r.Whole, s.Whole), int(s.Worst-r.Worst), cmp.Compare(m, n))
		})
		for j, n := range names {
			k := fmt.Sprintf("%d.%d", i, min(j, panelFields))
			key[t.table][n] = k
			at[t.table][n] = y + fieldHeight/2
			row := t.rows[n]
			row.Key = k
			switch last := len(out.Rows) - 1; {
			case j < panelFields || len(names) == panelFields+1:
				out.Rows = append(out.Rows, *row)
			case j == panelFields:
				out.Rows = append(out.Rows, htmlRow{Name: fmt.Sprintf("%d more", len(names)-panelFields), Worst: row.Worst, Key: k})
			default:
				at[t.table][n] = at[t.table][names[panelFields]]
				out.Rows[last].Worst = max(out.Rows[last].Worst, row.Worst)
				continue
			}
			y += fieldHeight
		}
		p.Tables = append(p.Tables, out)
	}
	p.Height = max(y, len(p.Routes)*routeHeight)
	for i := range p.Routes {
		p.Routes[i].draw(i*routeHeight+routeHeight/2, at, key)
	}
}

// draw makes a route's lines, the worst last so that it lies on top.
func (r *htmlRoute) draw(y int, at map[string]map[string]int, key map[string]map[string]string) {
	type end struct {
		y     int
		write bool
		plain bool // an item that is read and not shown
	}
	worst := map[end]rank{}
	keys := map[end]string{}
	for _, c := range r.Calls {
		if len(c.Flows) == 0 {
			e := end{at[c.table][""], c.write, !c.write}
			worst[e] = max(worst[e], 0)
		}
		for _, f := range c.Flows {
			e := end{at[c.table][f.name], f.Write, false}
			worst[e] = max(worst[e], f.Worst)
			keys[e] = key[c.table][f.name]
		}
	}
	ends := slices.SortedFunc(maps.Keys(worst), func(d, e end) int {
		return cmp.Or(cmp.Compare(worst[d], worst[e]), cmp.Compare(d.y, e.y), compareBool(d.write, e.write))
	})
	for _, e := range ends {
		from := y
		if e.write { // beside what comes out, so that the two can be told apart
			from += 8
		}
		line := htmlLine{
			Path:  fmt.Sprintf("M4 %d C96 %d 128 %d %d %d", from, from, e.y, gapWidth-4, e.y),
			Write: e.write, Worst: worst[e], MarkX: 160 - 7, MarkY: from + (e.y-from)*27/32 - 7, Key: keys[e], // the curve at three quarters
		}
		switch {
		case e.write:
			line.Arrow = fmt.Sprintf("M%d %d l-9 -5 v10z", gapWidth, e.y)
		case !e.plain:
			line.Arrow = fmt.Sprintf("M0 %d l9 -5 v10z", from)
		}
		r.Lines = append(r.Lines, line)
	}
}

// compareBool puts false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
