package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/python"
)

// showKnown shows, of an item that is answered whole, the attributes that the
// code is known to store.
func (m *mender) showKnown(f *finding.Finding) []finding.Edit {
	c, ok := m.s.causes[f]
	if !ok || c.mark.level != levelItem && c.mark.level != levelItems {
		return nil
	}
	if c.entry != nil && c.entry.kind == lambdaFunction {
		return nil // the item is a part of what is returned, as a text
	}
	names := m.table(c.mark.read.table).attributes
	list, ok := nameList(names)
	if !ok || len(names) < 2 { // one is a key, and no item
		return nil
	}
	src, ok := m.open(f.Path)
	if !ok {
		return nil
	}
	ret, ok := innermost[*python.Return](src.around(span(f.Range)))
	if !ok || ret.Value == nil {
		return nil
	}
	e := answeredAs(src, ret.Value, c.path)
	switch e.(type) {
	case *python.Name, *python.Attribute, *python.Subscript, *python.Call:
	default:
		return nil
	}
	text := src.file.Source(e.Pos())
	if strings.ContainsAny(text, "\r\n") {
		return nil
	}
	pick := func(item string) string { return "{k: v for k, v in " + item + ".items() if k in " + list + "}" }
	if c.mark.level == levelItems {
		return []finding.Edit{src.replace(e.Pos(), "["+pick("item")+" for item in "+text+"]")}
	}
	if fn, ok := innermost[*python.FunctionDef](src.around(span(f.Range))); ok && maybeMissing(src, fn) {
		text = "(" + text + " or {})" // there may be no item
	}
	return []finding.Edit{src.replace(e.Pos(), pick(text))}
}

// maybeMissing says whether a function asks for an item in a way that gives None
// where there is none.
func maybeMissing(src source, fn *python.FunctionDef) bool {
	text := src.file.Source(fn.Span)
	return strings.Contains(text, `.get("Item")`) || strings.Contains(text, ".get('Item')")
}

// answeredAs is the expression that an answer holds under a path of keys.
func answeredAs(src source, e python.Expr, path string) python.Expr {
	switch v := e.(type) {
	case *python.Tuple: // body, status
		if len(v.Elts) > 0 {
			return answeredAs(src, v.Elts[0], path)
		}
	case *python.Call:
		switch src.file.Source(v.Func.Pos()) {
		case "jsonify", "flask.jsonify", "json.dumps", "make_response", "dict":
			for i := range v.Keywords {
				if k := &v.Keywords[i]; k.Name != "" && k.Name == path {
					return k.Value
				}
			}
			if len(v.Args) > 0 {
				return answeredAs(src, v.Args[0], path)
			}
			return nil
		}
	case *python.Dict:
		for _, item := range v.Items {
			k, ok := item.Key.(*python.String)
			if !ok {
				continue
			}
			if k.Value == path {
				return item.Value
			}
			if k.Value == "body" && path == "" {
				return answeredAs(src, item.Value, path)
			}
		}
		return nil
	}
	if path != "" {
		return nil
	}
	return e
}

// allowKnown turns a list of what is hidden into one of what is shown.
func (m *mender) allowKnown(f *finding.Finding) []finding.Edit {
	c, ok := m.s.causes[f]
	if !ok {
		return nil
	}
	src, ok := m.open(f.Path)
	if !ok {
		return nil
	}
	comp, ok := innermost[*python.Comprehension](src.around(span(f.Range)))
	if !ok {
		if comp, ok = only[*python.Comprehension](src, span(f.Range)); !ok {
			return nil
		}
	}
	if comp.Kind != python.DictComp || len(comp.Clauses) != 1 || len(comp.Clauses[0].Ifs) != 1 {
		return nil
	}
	test, ok := comp.Clauses[0].Ifs[0].(*python.Compare)
	key, named := comp.Key.(*python.Name)
	if !ok || !named || len(test.Ops) != 1 {
		return nil
	}
	if left, is := test.Left.(*python.Name); !is || left.ID != key.ID || test.Ops[0] != python.NotIn && test.Ops[0] != python.NotEq {
		return nil
	}
	hidden, ok := constants(src, test.Rights[0])
	if !ok {
		return nil
	}
	names := slices.DeleteFunc(m.table(c.mark.read.table).attributes, func(n string) bool { return slices.Contains(hidden, n) })
	list, ok := nameList(names)
	if !ok {
		return nil
	}
	return []finding.Edit{src.replace(test.Span, key.ID+" in "+list)}
}

// only is the one node of a kind in a span.
func only[T python.Node](src source, at python.Span) (found T, ok bool) {
	count := 0
	src.file.Inspect(func(n python.Node) bool {
		p := n.Pos()
		if t, is := n.(T); is && at.Start <= p.Start && p.End <= at.End {
			found = t
			count++
		}
		return p.Start < at.End && p.End > at.Start
	})
	return found, count == 1
}

// constants are the texts of a literal, or of the one that a name of the file
// stands for.
func constants(src source, e python.Expr) ([]string, bool) {
	var elts []python.Expr
	switch e := e.(type) {
	case *python.String:
		return []string{e.Value}, true
	case *python.Tuple:
		elts = e.Elts
	case *python.List:
		elts = e.Elts
	case *python.Set:
		elts = e.Elts
	case *python.Name:
		var value python.Expr
		for _, st := range src.file.Body {
			if a, ok := st.(*python.Assign); ok && len(a.Targets) == 1 {
				if t, ok := a.Targets[0].(*python.Name); ok && t.ID == e.ID {
					if value != nil {
						return nil, false
					}
					value = a.Value
				}
			}
		}
		if _, name := value.(*python.Name); name || value == nil {
			return nil, false
		}
		return constants(src, value)
	default:
		return nil, false
	}
	var out []string
	for _, x := range elts {
		s, ok := x.(*python.String)
		if !ok {
			return nil, false
		}
		out = append(out, s.Value)
	}
	return out, true
}

// leaveOut takes a sensitive attribute out of the dict or the call that an
// answer is made of.
func (m *mender) leaveOut(f *finding.Finding) []finding.Edit {
	c, ok := m.s.causes[f]
	if !ok || c.path == "" {
		return nil
	}
	src, ok := m.open(f.Path)
	if !ok {
		return nil
	}
	at := span(f.Range)
	var out []finding.Edit
	count := 0
	src.file.Inspect(func(n python.Node) bool {
		p := n.Pos()
		if p.End <= at.Start || p.Start >= at.End {
			return false
		}
		switch n := n.(type) {
		case *python.Dict:
			for i, item := range n.Items {
				if k, ok := item.Key.(*python.String); ok && k.Value == lastPart(c.path) && takesField(src, item.Value, c.mark.field) {
					count++
					out = append(out, src.without(item.Key.Pos().Start, item.Value.Pos().End, i > 0 || len(n.Items) > 1))
				}
			}
		case *python.Call:
			for i := range n.Keywords {
				k := &n.Keywords[i]
				if k.Name == lastPart(c.path) && answers(src.file.Source(n.Func.Pos())) && takesField(src, k.Value, c.mark.field) {
					count++
					out = append(out, src.without(k.Start, k.End, len(n.Keywords) > 1))
				}
			}
		}
		return true
	})
	if count != 1 {
		return nil
	}
	return out
}

// takesField says whether an expression takes an attribute out of an item, and
// does nothing else that would be missed.
func takesField(src source, e python.Expr, field string) bool {
	switch e.(type) {
	case *python.Subscript, *python.Call, *python.Attribute:
	default:
		return false
	}
	text := src.file.Source(e.Pos())
	return src.pure(e) && (strings.Contains(text, `"`+lastPart(field)+`"`) || strings.Contains(text, "'"+lastPart(field)+"'") || strings.HasSuffix(text, "."+lastPart(field)))
}

// without removes an entry of a list with its comma, and its line where nothing
// else stands on it.
func (s source) without(from, to int32, others bool) finding.Edit {
	text := s.file.Text
	end := to
	for end < int32(len(text)) && (text[end] == ' ' || text[end] == '\t') {
		end++
	}
	if end < int32(len(text)) && text[end] == ',' {
		to = end + 1
		start, stop := s.lineStart(from), s.lineEnd(to)
		if strings.TrimSpace(text[start:from]) == "" && strings.TrimSpace(text[to:stop]) == "" {
			return s.replace(python.Span{Start: start, End: stop}, "")
		}
		for to < int32(len(text)) && text[to] == ' ' {
			to++
		}
		return s.replace(python.Span{Start: from, End: to}, "")
	}
	if others { // the last one: the comma before it goes
		before := from
		for before > 0 && strings.IndexByte(" \t\r\n", text[before-1]) >= 0 {
			before--
		}
		if before > 0 && text[before-1] == ',' {
			from = before - 1
		}
	}
	return s.replace(python.Span{Start: from, End: to}, "")
}
