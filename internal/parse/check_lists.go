package parse

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
)

func (s *resolver) checkList(rt *contract.Route, v *contract.View) {
	partition, sort := queried(rt, v.Of)
	for _, key := range append(append([]string(nil), partition...), sort...) {
		if s.implied[v.Of.Attributes[key]] {
			s.broke(rt, s.at(rt, "index"), "index_not_of_type", "give `"+key+"` a template, or declare it", "items of `%s` are not in the index `%s`, as far as the contract says", clip(v.Of.Name), clip(rt.Index.Name))
			return
		}
	}
	missing := unbound(rt, v, partition)
	switch {
	case len(missing) > 0 && v.Scan == "":
		mend := "bind it in the scope of `" + clip(v.Name) + "`, put {" + strings.Join(missing, "}, {") + "} into the path, or name an index whose partition is bound"
		for _, x := range v.Of.Table.Indexes {
			try := &contract.Route{Index: x, Segments: rt.Segments, Operation: rt.Operation}
			if rt.Index == nil && !x.Local && !s.implied[v.Of.Attributes[x.Partition[0]]] && len(unbound(try, v, x.Partition)) == 0 {
				mend = "add `index: " + x.Name + "`, whose partition is bound"
			}
		}
		s.broke(rt, s.at(rt, "list"), "partition_unbound", mend, "a list queries one partition, and nothing gives %s: it would be a Scan", strings.Join(missing, ", "))
		return
	case v.Any && !v.ByPartition && v.Scan == "":
		s.broke(rt, s.at(rt, "list"), "any_list", "add `by: partition` to the view", "the scope of `%s` is any, which admits one known key at a time", clip(v.Name))
		return
	}
	if rt.Descending && len(sort) == 0 {
		s.broke(rt, s.at(rt, "order"), "order", "leave `order` out", "what is queried has no sort key to order by")
	}
	if len(missing) == 0 && rt.OrderReveals == "" {
		s.checkOrder(rt, v, sort)
	}
	if rt.Index != nil {
		s.checkProjection(rt, v)
	}
}

// checkOrder refuses a list that tells by its order what it hides.
func (s *resolver) checkOrder(rt *contract.Route, v *contract.View, sort []string) {
	for _, key := range sort {
		if shownInClear(v, key) != nil {
			continue
		}
		for _, variable := range v.Of.Keys[key].Variables() {
			if !bound(rt, v, variable) && shownInClear(v, variable) == nil {
				s.broke(rt, s.at(rt, "list"), "order_reveals", "show it, or add order_reveals: \"why that is fine\"", "the list is in the order of `%s`, which `%s` does not show", clip(variable), clip(v.Name))
				return
			}
		}
	}
}

// shownInClear is the entry that shows an attribute of the item unmasked, or nil.
func shownInClear(v *contract.View, name string) *contract.Shown {
	for _, sh := range v.Show {
		if len(sh.Path) == 1 && sh.Path[0].Name == name && sh.Mask == contract.NoMask {
			return sh
		}
	}
	return nil
}

// checkProjection demands that an index holds what is read from its entries. A
// local one fetches the rest from the table by itself.
func (s *resolver) checkProjection(rt *contract.Route, v *contract.View) {
	x := rt.Index
	if x.Projection.All || x.Local || v.Fresh {
		return
	}
	held := append(append(v.Of.Table.KeyNames(), x.KeyNames()...), x.Projection.Names...)
	var needs []string
	for _, sh := range v.Show {
		needs = append(needs, sh.Path[0].Name)
	}
	for _, b := range v.Scope {
		needs = append(needs, b.Attribute.Name)
	}
	for _, c := range v.Of.Only {
		needs = append(needs, c.Attribute.Name)
	}
	if ttl := v.Of.Table.TTL; ttl != "" {
		needs = append(needs, ttl)
	}
	for _, name := range needs {
		if heldIn(v.Of, held, name) {
			continue
		}
		s.broke(rt, s.at(rt, "index"), "not_projected", "add it to the index's projection, or `fresh: true` to the view", "the index `%s` does not hold `%s`, which `%s` needs", clip(x.Name), clip(name), clip(v.Name))
		return
	}
}

// heldIn reports whether an attribute is among those held, or is a variable of
// one of them.
func heldIn(it *contract.ItemType, held []string, name string) bool {
	if contains(held, name) {
		return true
	}
	if a := it.Attributes[name]; a == nil || !a.Variable {
		return false
	}
	for _, key := range held {
		if t, ok := it.Keys[key]; ok && contains(t.Variables(), name) {
			return true
		}
	}
	return false
}

// checkParameters holds the rules on query parameters.
func (s *resolver) checkParameters(rt *contract.Route) {
	seen := map[string]bool{}
	for _, p := range rt.Parameters {
		at := s.nodes[p].pos
		for i, v := range rt.Views {
			sh := shownInClear(v, p.Name)
			if sh == nil || sh.Default != nil {
				a := v.Of.Attributes[p.Name]
				mend := "show it in clear and without a default"
				if a == nil || s.implied[a] {
					mend = s.near(p.Name, s.names(v.Of))
				}
				s.broke(rt, at, "parameter", mend, "`%s` does not show `%s` in clear and without a default, so asking for it would tell", clip(v.Name), clip(p.Name))
				break
			}
			if i == 0 {
				p.Attribute = sh.Attribute
			}
			first := shownInClear(rt.Views[0], p.Name)
			if sh.As != first.As || sh.Attribute.Type != first.Attribute.Type {
				s.broke(rt, at, "parameter", "give it one name and type in all of them", "the views of the route show `%s` in different ways", clip(p.Name))
				break
			}
		}
		if p.Attribute == nil {
			continue
		}
		attribute := p.Name
		p.Name = shownInClear(rt.Views[0], attribute).As
		switch {
		case p.Name == "limit" || p.Name == "cursor":
			s.broke(rt, at, "parameter", "show it under another name, with `as`", "`%s` is a parameter of every list", p.Name)
		case strings.ContainsAny(p.Name, ".[]&=?# "):
			s.broke(rt, at, "parameter", "show it under another name, with `as`", "`%s` cannot name a query parameter", clip(p.Name))
		case seen[p.Name]:
			s.broke(rt, at, "parameter", "give one of them another `as`", "two parameters are called `%s`", clip(p.Name))
		}
		seen[p.Name] = true
		for _, seg := range rt.Segments {
			if seg.Variable == attribute {
				s.broke(rt, at, "parameter", "leave it out", "the path gives `%s` its value", clip(attribute))
			}
		}
		for _, op := range p.Operators {
			if !compares(op, p.Attribute.Type) {
				s.broke(rt, at, "parameter_operator", "S takes all operators, N all but begins_with, BOOL eq and ne", "`%s` does not compare a %s", op, p.Attribute.Type)
			}
		}
	}
}

func compares(op contract.Operator, t contract.Type) bool {
	switch t {
	case contract.S:
		return true
	case contract.N:
		return op != contract.BeginsWith
	case contract.BOOL:
		return op == contract.Eq || op == contract.Ne
	}
	return false
}
