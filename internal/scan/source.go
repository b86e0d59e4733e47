package scan

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/python"
)

// source is a Python file in which a mend is written.
type source struct{ file *python.File }

// around are the nodes that hold a span, the outermost first.
func (s source) around(span python.Span) []python.Node {
	var out []python.Node
	s.file.Inspect(func(n python.Node) bool {
		p := n.Pos()
		if p.Start > span.Start || p.End < span.End {
			// A decorator stands before the span of what it decorates.
			_, isFunc := n.(*python.FunctionDef)
			_, isClass := n.(*python.ClassDef)
			return (isFunc || isClass) && p.End >= span.End && span.End <= p.Start
		}
		out = append(out, n)
		return true
	})
	return out
}

// innermost is the last of some nodes that is of a kind.
func innermost[T python.Node](nodes []python.Node) (found T, ok bool) {
	for _, n := range slices.Backward(nodes) {
		if t, is := n.(T); is {
			return t, true
		}
	}
	return found, false
}

// span is where a finding's range is in the file.
func span(r finding.Range) python.Span {
	return python.Span{Start: int32(r.Start.Offset), End: int32(r.End.Offset)}
}

func (s source) replace(at python.Span, text string) finding.Edit {
	return finding.Edit{Location: finding.Location{Path: s.file.Path, Range: s.file.Range(at)}, New: text}
}

func (s source) insert(at int32, text string) finding.Edit {
	return s.replace(python.Span{Start: at, End: at}, text)
}

// newline is how the file's lines end.
func (s source) newline() string {
	if i := strings.IndexByte(s.file.Text, '\n'); i > 0 && s.file.Text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// lineStart is where the line of an offset begins, after a byte order mark.
func (s source) lineStart(at int32) int32 {
	start := int32(strings.LastIndexByte(s.file.Text[:at], '\n') + 1)
	if start == 0 && strings.HasPrefix(s.file.Text, "\ufeff") {
		start = int32(len("\ufeff"))
	}
	return min(start, at)
}

// lineEnd is where the line of an offset ends, behind its line end.
func (s source) lineEnd(at int32) int32 {
	if i := strings.IndexByte(s.file.Text[at:], '\n'); i >= 0 {
		return at + int32(i) + 1
	}
	return int32(len(s.file.Text))
}

// lineBefore puts a line above a statement, with its indent; not where the
// statement shares its line with what stands before it.
func (s source) lineBefore(stmt python.Node, lines ...string) (finding.Edit, bool) {
	at := stmt.Pos()
	if !s.file.BeginsLine(at) {
		return finding.Edit{}, false
	}
	start := s.lineStart(at.Start)
	indent := s.file.Text[start:at.Start]
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(indent + l + s.newline())
	}
	return s.insert(start, b.String()), true
}

// firstStatement is what a body begins with after its docstring.
func firstStatement(body []python.Stmt) python.Stmt {
	for i, st := range body {
		if e, ok := st.(*python.ExprStmt); ok && i == 0 {
			if _, text := e.Value.(*python.String); text {
				continue
			}
		}
		return st
	}
	return nil
}

// importing makes a name usable at an offset: `import module`, or `from module
// import name` where there is a name. There is no edit where it is already so,
// and false says that the name means something else in the file.
func (s source) importing(module, name string, used int32) ([]finding.Edit, bool) {
	bound := name
	if bound == "" {
		bound = module
	}
	var from *python.ImportFrom
	for _, st := range s.file.Body {
		switch st := st.(type) {
		case *python.Import:
			for _, a := range st.Names {
				if name == "" && a.Name == module && a.As == "" && st.Start < used {
					return nil, true
				}
			}
		case *python.ImportFrom:
			if name == "" || st.Module != module || st.Level > 0 || st.Start > used {
				continue
			}
			for _, a := range st.Names {
				if a.Name == name && a.As == "" {
					return nil, true
				}
			}
			if from == nil && len(st.Names) > 0 && st.Names[0].Name != "*" {
				from = st
			}
		}
	}
	if s.binds(bound) {
		return nil, false
	}
	if from != nil {
		return []finding.Edit{s.insert(from.Names[len(from.Names)-1].End, ", "+name)}, true
	}
	line := "import " + module
	if name != "" {
		line = "from " + module + " import " + name
	}
	return s.importLine(line)
}

// importLine puts an import before the first statement that may follow one.
func (s source) importLine(line string) ([]finding.Edit, bool) {
	for i, st := range s.file.Body {
		if e, ok := st.(*python.ExprStmt); ok && i == 0 {
			if _, text := e.Value.(*python.String); text {
				continue
			}
		}
		line += s.newline()
		at := st.Pos().Start
		switch st := st.(type) {
		case *python.ImportFrom:
			if st.Module == "__future__" {
				line = strings.TrimSuffix(line, s.newline())
				continue
			}
		case *python.Import:
		case *python.FunctionDef:
			line += s.newline()
			if len(st.Decorators) > 0 {
				at = st.Decorators[0].Pos().Start
			}
		case *python.ClassDef:
			line += s.newline()
			if len(st.Decorators) > 0 {
				at = st.Decorators[0].Pos().Start
			}
		default:
			line += s.newline()
		}
		start := s.lineStart(at)
		if strings.Trim(s.file.Text[start:at], "@ \t") != "" {
			return nil, false
		}
		return []finding.Edit{s.insert(start, line)}, true
	}
	return nil, false
}

// binds says whether anything in the file gives a name a meaning.
func (s source) binds(name string) bool {
	found := false
	target := func(e python.Expr) {
		if e != nil {
			python.Inspect(e, func(n python.Node) bool {
				id, ok := n.(*python.Name)
				found = found || ok && id.ID == name
				return true
			})
		}
	}
	s.file.Inspect(func(n python.Node) bool {
		switch n := n.(type) {
		case *python.FunctionDef:
			found = found || n.Name == name
		case *python.ClassDef:
			found = found || n.Name == name
		case *python.Param:
			found = found || n.Name == name
		case *python.Alias:
			found = found || n.Bound() == name
		case *python.Assign:
			for _, t := range n.Targets {
				if id, ok := t.(*python.Name); ok && id.ID == name {
					found = true
				} else if _, many := t.(*python.Tuple); many {
					target(t)
				}
			}
		case *python.AnnAssign:
			id, ok := n.Target.(*python.Name)
			found = found || ok && id.ID == name
		case *python.For:
			target(n.Target)
		case *python.Clause:
			target(n.Target)
		case *python.WithItem:
			target(n.Target)
		case *python.Named:
			found = found || n.Target.ID == name
		case *python.ExceptHandler:
			found = found || n.Name == name
		}
		return !found
	})
	return found
}

// literal is a text as Python's string literal, in ASCII.
func literal(text string) (string, bool) {
	for _, r := range text {
		if r < ' ' || r >= utf8.RuneSelf {
			return "", false
		}
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`, true
}

// nameList is names as a Python tuple.
func nameList(names []string) (string, bool) {
	var b strings.Builder
	b.WriteString("(")
	for i, n := range names {
		l, ok := literal(n)
		if !ok {
			return "", false
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(l)
	}
	if len(names) == 1 {
		b.WriteString(",")
	}
	b.WriteString(")")
	return b.String(), len(names) > 0
}
