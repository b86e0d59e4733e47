package plan

import (
	"maps"
	"slices"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/contract"
)

// Need is a kind of request that a route sends for some views, as far as IAM can
// see it: never more than these attributes, whatever a caller asks.
type Need struct {
	Action     string // GetItem, Query, Scan, BatchGetItem, PutItem, UpdateItem, DeleteItem
	Views      []*contract.View
	Index      *contract.Index // that a Query or Scan reads; nil: the table
	Attributes []string        // top-level names, sorted: read, written, and compared
}

// Needs are the requests that the route may send.
func (p *Plan) Needs() []Need {
	var out []Need
	r := p.route
	if r.Operation == contract.Get {
		for _, views := range together(r) {
			out = append(out, p.need("GetItem", views...))
		}
		return out
	}
	for _, v := range r.Views {
		switch r.Operation {
		case contract.List:
			out = append(out, p.lists(v)...)
		case contract.Create:
			out = append(out, p.creates(v))
		case contract.Update:
			out = append(out, p.updates(v), p.need("GetItem", v))
		case contract.Delete:
			out = append(out, p.deletes(v))
		}
		if t := v.Of.Table; t.Version != "" && (r.Operation == contract.Update || r.Operation == contract.Delete) {
			// If-Match is compared with what is there now.
			seen := p.need("GetItem", v)
			seen.add(t.Version)
			out = append(out, seen)
		}
	}
	return out
}

// need is a read of exactly what the views' projections name.
func (p *Plan) need(action string, views ...*contract.View) Need {
	n := Need{Action: action, Views: views}
	for _, v := range views {
		for _, path := range p.views[v].paths {
			n.add(path[0])
		}
		n.add(v.Of.Table.KeyNames()...)
	}
	return n
}

func (n *Need) add(names ...string) {
	for _, name := range names {
		if i, found := slices.BinarySearch(n.Attributes, name); !found {
			n.Attributes = slices.Insert(n.Attributes, i, name)
		}
	}
}

// together are the views that one read may serve at once: an item falls through
// those whose data decides, and the first whose key decides ends the row.
func together(r *contract.Route) [][]*contract.View {
	var open []*contract.View
	var out [][]*contract.View
	for _, v := range r.Views {
		if decidedByKey(r, v) {
			out = append(out, append(slices.Clone(open), v))
		} else {
			open = append(open, v)
		}
	}
	if len(open) > 0 {
		out = append(out, open)
	}
	return out
}

// asks are the attributes that the view's scope and the path say something of.
func asks(r *contract.Route, v *contract.View) []*contract.Attribute {
	var out []*contract.Attribute
	for _, b := range v.Scope {
		out = append(out, b.Attribute)
	}
	for _, s := range r.Segments {
		if a := v.Of.Attributes[s.Variable]; s.Variable != "" && a != nil {
			out = append(out, a)
		}
	}
	return out
}

// byData are those that no part of the primary key decides.
func byData(r *contract.Route, v *contract.View) []*contract.Attribute {
	var fixed []string
	for _, key := range v.Of.Table.KeyNames() {
		fixed = append(fixed, v.Of.Keys[key].Variables()...)
	}
	contains := func(a *contract.Attribute) bool {
		return slices.ContainsFunc(v.Scope, func(b contract.Binding) bool { return b.Contains && b.Attribute == a })
	}
	return slices.DeleteFunc(asks(r, v), func(a *contract.Attribute) bool {
		return !contains(a) && slices.Contains(fixed, a.Name)
	})
}

func decidedByKey(r *contract.Route, v *contract.View) bool {
	return len(v.Of.Only) == 0 && len(byData(r, v)) == 0
}

func (p *Plan) lists(v *contract.View) []Need {
	r, t := p.route, v.Of.Table
	keys := t.KeyNames()
	if r.Index != nil {
		keys = append(keys, r.Index.KeyNames()...)
	}
	n := p.need("Query", v)
	n.add(keys...)
	for _, c := range r.Parameters {
		if a := v.Of.Attributes[c.Attribute.Name]; a != nil && !a.Variable {
			n.add(a.Name)
		}
	}
	n.Index = r.Index
	if scans(r, v) {
		n.Action = "Scan"
	}
	out := []Need{n}
	if v.Fresh && r.Index != nil {
		out = append(out, p.need("BatchGetItem", v))
	}
	return out
}

// scans reports whether a list of the view leaves the partition open.
func scans(r *contract.Route, v *contract.View) bool {
	if v.Scan == "" {
		return false
	}
	partition := []string{v.Of.Table.Partition}
	if r.Index != nil {
		partition = r.Index.Partition
	}
	bound := asks(r, v)
	for _, key := range partition {
		for _, name := range v.Of.Keys[key].Variables() {
			if !slices.ContainsFunc(bound, func(a *contract.Attribute) bool { return a.Name == name }) {
				return true
			}
		}
	}
	return false
}

// creates is the PutItem: what of an item the view can make.
func (p *Plan) creates(v *contract.View) Need {
	of, t := v.Of, v.Of.Table
	n := Need{Action: "PutItem", Views: []*contract.View{v}}
	known := written(v, v.OnCreate)
	for _, a := range asks(p.route, v) {
		known[a.Name] = true
	}
	for _, c := range of.Only {
		known[c.Attribute.Name] = true
	}
	for name := range known {
		if a := of.Attributes[name]; a != nil && !a.Variable {
			n.add(name)
		}
	}
	n.add(t.KeyNames()...)
	for key, template := range of.Keys {
		if !slices.ContainsFunc(template.Variables(), func(name string) bool { return !known[name] }) {
			n.add(key)
		}
	}
	if t.Version != "" {
		n.add(t.Version)
	}
	if t.TTL != "" && access.OwnsKey(v) {
		n.add(t.TTL)
	}
	return n
}

// written are the attributes and variables that a body or the contract sets.
func written(v *contract.View, settings []contract.Setting) map[string]bool {
	out := map[string]bool{}
	for _, path := range v.Write {
		out[path[0].Name] = true
	}
	for _, s := range settings {
		out[s.Attribute.Name] = true
	}
	return out
}

func (p *Plan) updates(v *contract.View) Need {
	n := p.owns("UpdateItem", v)
	changed := written(v, v.OnUpdate)
	for name := range changed {
		if a := v.Of.Attributes[name]; a != nil && !a.Variable {
			n.add(name)
		}
	}
	// A variable that changes composes its keys again.
	for key, template := range v.Of.Keys {
		if slices.ContainsFunc(template.Variables(), func(name string) bool {
			a := v.Of.Attributes[name]
			return changed[name] && a != nil && a.Variable
		}) {
			n.add(key)
		}
	}
	return n
}

func (p *Plan) deletes(v *contract.View) Need { return p.owns("DeleteItem", v) }

// owns is what a write's own condition names.
func (p *Plan) owns(action string, v *contract.View) Need {
	t := v.Of.Table
	n := Need{Action: action, Views: []*contract.View{v}}
	n.add(t.KeyNames()...)
	for _, c := range v.Of.Only {
		n.add(c.Attribute.Name)
	}
	for _, a := range byData(p.route, v) {
		if !a.Variable {
			n.add(a.Name)
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(v.Of.Keys)) {
			if slices.Contains(v.Of.Keys[key].Variables(), a.Name) {
				n.add(key)
			}
		}
	}
	for _, name := range []string{t.TTL, t.Version} {
		if name != "" {
			n.add(name)
		}
	}
	return n
}
