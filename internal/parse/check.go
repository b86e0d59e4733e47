package parse

import "github.com/discreet-dev/discreet/internal/contract"

// Phase 4 of 5: the rules of the specification, on what was resolved whole.

func (s *resolver) check() {
	for _, t := range s.out.Tables {
		if !s.broken[t] {
			s.checkOverlap(t)
		}
	}
	for _, v := range s.out.Views {
		if !s.broken[v] {
			s.checkScope(v)
			s.checkShow(v)
		}
	}
	for _, v := range s.out.Views {
		if !s.broken[v] {
			s.checkWrite(v)
			s.checkSet(v)
		}
	}
	for _, rt := range s.out.Routes {
		if !s.broken[rt] && !s.anyBroken(rt.Views) {
			s.checkRoute(rt)
		}
	}
	s.checkConflicts()
	for _, app := range s.out.Guard.Apps {
		if !s.broken[app] {
			s.checkApp(app)
		}
	}
}

func (s *resolver) anyBroken(views []*contract.View) bool {
	for _, v := range views {
		if s.broken[v] {
			return true
		}
	}
	return false
}

// at is where a key of a view, a route or an app is written: in it, or the thing
// itself where it comes from what a view extends.
func (s *resolver) at(thing any, key string) contract.Pos {
	n := s.nodes[thing]
	if v := n.get(key); v != nil {
		return v.pos
	}
	switch thing := thing.(type) {
	case *contract.View:
		return thing.Pos
	case *contract.Route:
		return thing.Pos
	case *contract.App:
		return thing.Pos
	}
	return n.pos
}

// checkIdentity holds the rules on several sources.
func (s *resolver) checkIdentity(n *node) {
	id := s.out.Identity
	names := map[string]bool{}
	for i, src := range id.Sources {
		if names[src.Name] {
			s.fail(src.Pos, "source_name", "give each a `name`", "two sources are called `%s`", clip(src.Name))
		}
		names[src.Name] = true
		for _, earlier := range id.Sources[:i] {
			if hides(earlier, src) {
				s.fail(src.Pos, "unreachable_source", "keep one, or let them read different headers", "`%s` is never asked: `%s` finds the same credential first, and a bad one is refused, not passed on", clip(src.Name), clip(earlier.Name))
			}
			if name := twoMeanings(earlier, src); name != "" {
				s.fail(src.Pos, "header", "let each read a header of its own", "`%s` and `%s` both read `%s`, and take it for different things", clip(earlier.Name), clip(src.Name), name)
			}
		}
	}
	mapped := n.kind == mappingNode
	if len(id.Sources) > 1 && id.ID == "" && !id.SameIDs && !hasBad(n) {
		mend := "write identity: { sources: [...], id: \"{name}:{id}\" }, or same_ids: true with a reason"
		s.fail(n.pos, "colliding_ids", mend, "one id may come from several sources and mean different principals")
	}
	if !mapped {
		return
	}
	if id.SameIDs && id.Reason == "" && !n.has("reason") {
		s.fail(n.key("same_ids").pos, "missing_reason", "add `reason`", "same_ids lets every source speak of every principal, and needs a reason")
	}
	if id.SameIDs && n.has("id") {
		s.fail(n.key("id").pos, "colliding_ids", "keep one of the two", "`id` keeps ids apart, and `same_ids` says that they are of one space")
	}
	if x := n.get("id"); x != nil && !keepsApart(x.text) {
		s.fail(x.pos, "id_template", "write \"{name}:{id}\"", "the template must have {name} and {id} once each, and between them a sign that no name has")
	}
}

// twoMeanings is a header that two sources read as different things: a token as
// an id would be a principal that nobody verified. "": there is none.
func twoMeanings(a, b *contract.Source) string {
	ours := headersOf(a)
	for name, meaning := range headersOf(b) {
		if have, both := ours[name]; both && have != meaning {
			return name
		}
	}
	return ""
}

// hides reports whether the later source can find no credential that the
// earlier one does not find first.
func hides(earlier, later *contract.Source) bool {
	if earlier.Header == nil || later.Header == nil {
		c := credential(earlier)
		return c != "" && c == credential(later)
	}
	if earlier.Header.ID != later.Header.ID {
		return false
	}
	for _, p := range later.Header.From {
		inside := false
		for _, q := range earlier.Header.From {
			inside = inside || q.Bits() <= p.Bits() && q.Contains(p.Addr())
		}
		if !inside {
			return false
		}
	}
	return true
}

// keepsApart reports whether no two pairs of name and id make one text. Names
// are letters, digits, _ and -, so any other sign between the two does.
func keepsApart(template string) bool {
	parts := idTemplate.FindStringSubmatch(template)
	return parts != nil && idSeparator.MatchString(parts[1]+parts[2])
}

// checkOverlap refuses two item types of a table that one item could be of.
func (s *resolver) checkOverlap(t *contract.Table) {
	for i, a := range t.Items {
		for _, b := range t.Items[:i] {
			if s.broken[a] || s.broken[b] || toldApart(a, b) {
				continue
			}
			s.fail(a.Pos, "overlap", "give one key template a literal that the other does not have, or both an `only` with different constants",
				"an item of `%s` may be an item of `%s` too", clip(a.Name), clip(b.Name))
		}
	}
}

func toldApart(a, b *contract.ItemType) bool {
	for _, x := range a.Only {
		for _, y := range b.Only {
			if x.Attribute.Name == y.Attribute.Name && x.Value != y.Value {
				return true
			}
		}
	}
	for _, key := range a.Table.KeyNames() {
		if disjoint(a.Keys[key], b.Keys[key]) {
			return true
		}
	}
	return false
}
