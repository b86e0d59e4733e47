package scan

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// redacted stands in a log for a value that does not belong there.
const redacted = "[redacted]"

// redaction is a log call that is rewritten.
type redaction struct {
	s     *scanner
	f     *pyflow.Frame
	src   source
	edits []finding.Edit
}

// redact puts a constant in the place of each value that should not be logged:
// of an argument, of a field of an f-string, of a part of a format. The call and
// its format stay what they are. A line that says nothing else goes. Nil where a
// value may be wanted as something else than text, or where it comes of a call
// that does more than give it.
func (s *scanner) redact(f *pyflow.Frame, c *pyflow.Call) []finding.Edit {
	r := &redaction{s: s, f: f, src: source{f.Module().File}}
	if len(c.Args) != len(c.At.Args) || len(r.src.file.Problems) > 0 {
		return nil
	}
	for _, k := range sortedNames(c.Keywords) {
		if r.bad(c.Keywords[k]) {
			return nil
		}
	}
	if len(c.Args) == 1 && r.bad(c.Args[0]) {
		if event := wholeEvent(c.At.Args[0], c.Args[0]); event != "" {
			return []finding.Edit{r.src.replace(c.At.Args[0].Pos(), "sorted("+event+".keys())")} // the names in it
		}
		if gone, ok := r.src.withoutLine(c.At); ok && !r.hasParts(c.At.Args[0]) && r.src.pure(c.At.Args[0]) {
			return []finding.Edit{gone}
		}
	}
	for i, arg := range c.At.Args {
		if r.bad(c.Args[i]) && (i > 0 && !takesText(c.At.Args[0], i) || !r.expr(arg)) {
			return nil
		}
	}
	return r.edits
}

func (r *redaction) bad(v *pyflow.Value) bool {
	what, _, _, _ := r.s.loggedWorst(r.f, v, false)
	return what != ""
}

// hasParts says whether an expression puts a text together.
func (r *redaction) hasParts(e python.Expr) bool {
	switch e := e.(type) {
	case *python.FString, *python.BinOp:
		return true
	case *python.Call:
		_, ok := formatOf(e)
		return ok
	}
	return false
}

// expr redacts an expression that holds what should not be logged.
func (r *redaction) expr(e python.Expr) bool {
	switch e := e.(type) {
	case *python.FString:
		for _, p := range e.Parts {
			field, ok := p.(*python.Field)
			if !ok || !r.bad(r.f.Eval(field.Value)) {
				continue
			}
			if !r.src.pure(field.Value) {
				return false
			}
			r.edits = append(r.edits, r.src.replace(field.Span, redacted))
		}
		return true
	case *python.BinOp:
		switch e.Op {
		case python.Add:
			return r.parts(nil, e.Left, e.Right)
		case python.Mod:
			if t, ok := e.Right.(*python.Tuple); ok {
				return r.parts(e.Left, t.Elts...)
			}
			return r.parts(e.Left, e.Right)
		}
		return false
	case *python.Call:
		if lit, ok := formatOf(e); ok {
			return !strings.Contains(lit.Value, ":") && len(e.Keywords) == 0 && r.parts(nil, e.Args...)
		}
	}
	if !r.src.pure(e) {
		return false
	}
	text, _ := literal(redacted)
	r.edits = append(r.edits, r.src.replace(e.Pos(), text))
	return true
}

// parts redacts those of several that should not be logged; behind a format,
// those that it takes as text.
func (r *redaction) parts(format python.Expr, list ...python.Expr) bool {
	for i, e := range list {
		if r.bad(r.f.Eval(e)) && (format != nil && !takesText(format, i+1) || !r.expr(e)) {
			return false
		}
	}
	return true
}

// formatOf is the constant whose format method a call is.
func formatOf(c *python.Call) (*python.String, bool) {
	a, ok := c.Func.(*python.Attribute)
	if !ok || a.Attr != "format" {
		return nil, false
	}
	lit, ok := a.Value.(*python.String)
	return lit, ok
}

// takesText says whether the i-th argument after a format may be a text: its
// placeholder is %s or %r, or the first argument is no format.
func takesText(format python.Expr, i int) bool {
	lit, ok := format.(*python.String)
	if !ok {
		return false
	}
	holders := strings.Split(strings.ReplaceAll(lit.Value, "%%", ""), "%")[1:]
	if len(holders) == 0 {
		return true // print("text", value)
	}
	return i <= len(holders) && (strings.HasPrefix(holders[i-1], "s") || strings.HasPrefix(holders[i-1], "r"))
}

// wholeEvent is the variable that holds a Lambda function's event, which is a
// dict, where an argument is the event or its JSON.
func wholeEvent(arg python.Expr, v *pyflow.Value) string {
	if c, ok := arg.(*python.Call); ok && len(c.Args) == 1 {
		if a, ok := c.Func.(*python.Attribute); !ok || a.Attr != "dumps" {
			return ""
		}
		arg = c.Args[0]
	}
	name, ok := arg.(*python.Name)
	if !ok || len(v.Marks) != 1 {
		return ""
	}
	if m, ok := v.Marks[0].Mark.(clientMark); !ok || m.part != "event" || m.name != "" {
		return ""
	}
	return name.ID
}

// withoutLine takes out the lines of a call that is a statement of its own, with
// others beside it in its block.
func (s source) withoutLine(call *python.Call) (finding.Edit, bool) {
	start, end := s.lineStart(call.Start), s.lineEnd(call.End)
	before, after := s.file.Text[start:call.Start], s.file.Text[call.End:end]
	if strings.TrimSpace(before) != "" || strings.TrimSpace(after) != "" && !strings.HasPrefix(strings.TrimSpace(after), "#") || !strings.HasSuffix(after, "\n") {
		return finding.Edit{}, false
	}
	alone := true
	for _, body := range append(bodies(s.around(call.Span)), s.file.Body) {
		for _, st := range body {
			if st.Pos() == call.Span {
				alone = len(body) == 1
			}
		}
	}
	return s.replace(python.Span{Start: start, End: end}, ""), !alone
}

// bodies are the blocks of some nodes.
func bodies(nodes []python.Node) (out [][]python.Stmt) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *python.FunctionDef:
			out = append(out, n.Body)
		case *python.If:
			out = append(out, n.Body, n.Else)
		case *python.For:
			out = append(out, n.Body, n.Else)
		case *python.While:
			out = append(out, n.Body, n.Else)
		case *python.With:
			out = append(out, n.Body)
		case *python.Try:
			out = append(out, n.Body, n.Else, n.Finally)
		case *python.ExceptHandler:
			out = append(out, n.Body)
		}
	}
	return out
}
