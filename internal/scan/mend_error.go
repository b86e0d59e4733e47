package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/python"
)

// hideFault puts a text of the app's own in the place of an exception's, and
// the exception into the log.
func (m *mender) hideFault(f *finding.Finding) []finding.Edit {
	src, ok := m.open(f.Path)
	if !ok {
		return nil
	}
	chain := src.around(span(f.Range))
	fn, ok := innermost[*python.FunctionDef](chain)
	if !ok {
		return nil
	}
	name, body := "", fn.Body
	h, caught := innermost[*python.ExceptHandler](chain)
	if caught {
		name, body = h.Name, h.Body
	} else if handlesErrors(fn) {
		name = fn.Params[0].Name
	}
	var where []python.Stmt
	if stmt, ok := simpleStatement(chain); ok {
		where = append(where, stmt)
	} else if caught { // the clause itself: what its body answers with
		where = slices.DeleteFunc(slices.Clone(body), func(st python.Stmt) bool { return !answersWith(src, st) })
	}
	var edits []finding.Edit
	var first python.Stmt
	for _, stmt := range where {
		more, ok := faultsIn(src, stmt, name)
		if !ok {
			return nil
		}
		if edits = append(edits, more...); first == nil && len(more) > 0 {
			first = stmt
		}
	}
	if first == nil {
		return nil
	}
	if logged(src, body, name) {
		return edits
	}
	log, imports, ok := src.logger(first.Pos().Start)
	if !ok {
		return nil
	}
	message, ok := literal(fn.Name + " failed")
	if !ok {
		return nil
	}
	line, ok := src.lineBefore(first, log+".exception("+message+")")
	if !ok {
		return nil
	}
	return append(append(edits, line), imports...)
}

// faultsIn are the edits of the texts that a statement makes of an exception;
// false where something else than a text may be wanted of one.
func faultsIn(src source, stmt python.Stmt, name string) (edits []finding.Edit, ok bool) {
	ok = true
	python.Inspect(stmt, func(n python.Node) bool {
		if len(edits) > 0 && n.Pos().Start < int32(edits[len(edits)-1].End.Offset) {
			return true // inside of what is replaced
		}
		id, isName := n.(*python.Name)
		call, isCall := n.(*python.Call)
		if !(isName && name != "" && id.ID == name) && !(isCall && tracebackText(src, call)) {
			return true
		}
		w := wording{src: src, words: genericFault}
		switch w.climb(src.around(n.Pos())) {
		case noText:
			return true
		case maybeText:
			ok = false
		}
		edits = append(edits, src.replace(w.at.Pos(), w.text()))
		return false
	})
	return edits, ok
}

// answersWith says whether a statement answers a caller, or raises what does.
func answersWith(src source, st python.Stmt) bool {
	switch st := st.(type) {
	case *python.Return, *python.Raise:
		return true
	case *python.ExprStmt:
		c, ok := st.Value.(*python.Call)
		return ok && lastPart(src.file.Source(c.Func.Pos())) == "abort"
	}
	return false
}

// simpleStatement is the innermost statement, where it holds no others.
func simpleStatement(chain []python.Node) (python.Stmt, bool) {
	stmt, ok := innermost[python.Stmt](chain)
	if !ok {
		return nil, false
	}
	switch stmt.(type) {
	case *python.Return, *python.Assign, *python.AnnAssign, *python.AugAssign, *python.ExprStmt, *python.Raise:
		return stmt, true
	}
	return nil, false
}

// handlesErrors says whether a function is registered for exceptions.
func handlesErrors(fn *python.FunctionDef) bool {
	if len(fn.Params) == 0 || fn.Params[0].Kind != python.Positional {
		return false
	}
	for _, d := range fn.Decorators {
		if c, ok := d.(*python.Call); ok {
			d = c.Func
		}
		if a, ok := d.(*python.Attribute); ok && (a.Attr == "errorhandler" || a.Attr == "app_errorhandler") {
			return true
		}
	}
	return false
}

func tracebackText(src source, c *python.Call) bool {
	switch src.file.Source(c.Func.Pos()) {
	case "traceback.format_exc", "format_exc":
		return true
	}
	return false
}

// logged says whether a body writes its exception into a log already.
func logged(src source, body []python.Stmt, name string) bool {
	found := false
	for _, st := range body {
		python.Inspect(st, func(n python.Node) bool {
			c, ok := n.(*python.Call)
			if !ok {
				return !found
			}
			switch fn := src.file.Source(c.Func.Pos()); {
			case strings.HasSuffix(fn, ".exception"), strings.HasSuffix(fn, "print_exc"):
				found = true
			case logReceiver.MatchString(fn) && strings.Contains(src.file.Source(c.Span), "exc_info"):
				found = true
			case logReceiver.MatchString(fn) && name != "":
				python.Inspect(c, func(n python.Node) bool {
					id, ok := n.(*python.Name)
					found = found || ok && id.ID == name
					return true
				})
			}
			return !found
		})
	}
	return found
}

// logger is what writes to the log at a place: the file's own, the app's, or
// else the logging module.
func (s source) logger(used int32) (name string, imports []finding.Edit, ok bool) {
	for _, st := range s.file.Body {
		a, is := st.(*python.Assign)
		if !is || len(a.Targets) != 1 || a.Start > used {
			continue
		}
		target, is := a.Targets[0].(*python.Name)
		call, made := a.Value.(*python.Call)
		if !is || !made {
			continue
		}
		switch lastPart(s.file.Source(call.Func.Pos())) {
		case "getLogger", "get_logger", "Logger":
			return target.ID, nil, true
		case "Flask", "Chalice":
			name = target.ID + ".logger"
		}
	}
	if strings.HasSuffix(name, ".logger") && !strings.Contains(s.file.Text, "import logging") {
		if lastPart(name) == "logger" && strings.Contains(s.file.Text, "Chalice") {
			return strings.TrimSuffix(name, "ger"), nil, true // Chalice calls it log
		}
		return name, nil, true
	}
	imports, ok = s.importing("logging", "", used)
	return "logging", imports, ok
}
