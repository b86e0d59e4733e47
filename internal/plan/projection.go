package plan

import (
	"slices"
	"strconv"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
)

// projection is exactly what a view and its decision need of an item.
type projection struct {
	paths   [][]string // sorted; none leads into another
	names   []string   // by alias: names[2] is #2
	members []byte     // `,"ProjectionExpression":"…","ExpressionAttributeNames":{…}`
	text    string     // the expression alone
}

// project is the projection of a view on a route.
func project(route *contract.Route, v *contract.View) *projection {
	t := v.Of.Table
	keys := t.KeyNames()
	if route.Index != nil {
		keys = append(keys, route.Index.KeyNames()...)
	}
	need := need{view: v, keys: keys}
	for _, k := range keys {
		need.path(k)
	}
	for _, s := range v.Show {
		need.shown(s.Path)
	}
	for _, b := range v.Scope {
		need.attribute(b.Attribute)
	}
	for _, s := range route.Segments {
		if a := v.Of.Attributes[s.Variable]; s.Variable != "" && a != nil {
			need.attribute(a)
		}
	}
	for _, c := range v.Of.Only {
		need.attribute(c.Attribute)
	}
	if t.TTL != "" {
		need.path(t.TTL)
	}
	return newProjection(need.paths)
}

// need collects paths, and turns a template's variable into the key attributes
// that it is read out of.
type need struct {
	view  *contract.View
	keys  []string
	paths [][]string
}

func (n *need) path(names ...string) { n.paths = append(n.paths, names) }

func (n *need) attribute(a *contract.Attribute) {
	if !a.Variable {
		n.path(a.Name)
		return
	}
	holds := func(key string) bool {
		return slices.Contains(n.view.Of.Keys[key].Variables(), a.Name)
	}
	if slices.ContainsFunc(n.keys, holds) {
		return
	}
	for key := range n.view.Of.Keys {
		if holds(key) {
			n.path(key)
		}
	}
}

// shown needs a path as far as DynamoDB can project it: every element of a list
// has no expression, so the list is read whole and filtered here.
func (n *need) shown(p contract.Path) {
	if a := n.view.Of.Attributes[p[0].Name]; a != nil && a.Variable {
		n.attribute(a)
		return
	}
	var names []string
	for _, s := range p {
		if s.Element {
			break
		}
		names = append(names, s.Name)
	}
	n.path(names...)
}

// newProjection drops doubles and paths into what is there whole (DynamoDB
// refuses overlapping ones), and gives every name an alias, so that no reserved
// word, dot or letter of a name means anything (leak ledger, row 15).
func newProjection(paths [][]string) *projection {
	paths = slices.Clone(paths)
	slices.SortFunc(paths, slices.Compare[[]string])
	p := &projection{}
	for _, path := range paths {
		if len(p.paths) > 0 {
			if last := p.paths[len(p.paths)-1]; len(path) >= len(last) && slices.Equal(path[:len(last)], last) {
				continue
			}
		}
		p.paths = append(p.paths, path)
	}
	for i, path := range p.paths {
		if i > 0 {
			p.text += ","
		}
		p.text += p.alias(path)
	}
	p.members = append(p.members, `,"ProjectionExpression":"`...)
	p.members = append(p.members, p.text...)
	p.members = append(p.members, `","ExpressionAttributeNames":`...)
	p.members = appendNames(p.members, p.names)
	return p
}

// alias is a path in aliases: #0.#3.
func (p *projection) alias(path []string) string {
	out := ""
	for i, name := range path {
		if i > 0 {
			out += "."
		}
		n := slices.Index(p.names, name)
		if n < 0 {
			n = len(p.names)
			p.names = append(p.names, name)
		}
		out += "#" + strconv.Itoa(n)
	}
	return out
}

func appendNames(b []byte, names []string) []byte {
	b = append(b, '{')
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `"#`...)
		b = strconv.AppendInt(b, int64(i), 10)
		b = append(b, `":`...)
		b = item.AppendString(b, name)
	}
	return append(b, '}')
}
