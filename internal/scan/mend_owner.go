package scan

import (
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/python"
)

// principalText is how code asks who the verified caller is.
var principalText = regexp.MustCompile(`^(get_jwt_identity\(\)|current_user\.(id|get_id\(\)|\w+_id)|g\.\w+|session\[["']\w+["']\]|g\.\w+\[["']\w+["']\])$`)

// refuseOthers compares the id in the path with the caller's, and refuses. It is
// written for a route that asks for a login, whose path has the id of a user, and
// in whose module another route says how the caller's own is asked for.
func (m *mender) refuseOthers(f *finding.Finding) []finding.Edit {
	c, ok := m.s.causes[f]
	if !ok || !c.entry.auth || c.entry.kind != route || c.entry.fn.Def == nil || len(c.read.clients) != 1 {
		return nil
	}
	sent := c.read.clients[0]
	if sent.part != "path" || !identityName.MatchString(sent.name) || pathConverted(c.entry.path, sent.name) ||
		!slices.ContainsFunc(c.entry.fn.Params, func(p python.Param) bool { return p.Name == sent.name }) {
		return nil
	}
	src, ok := m.open(c.entry.fn.Module.File.Path)
	if !ok {
		return nil
	}
	caller := principalIn(src, sent.name)
	first := firstStatement(c.entry.fn.Def.Body)
	if caller == "" || first == nil {
		return nil
	}
	imports, ok := src.importing("flask", "abort", first.Pos().Start)
	if !ok {
		return nil
	}
	indent := "    "
	if strings.HasPrefix(src.file.Text[src.lineStart(first.Pos().Start):], "\t") {
		indent = "\t"
	}
	line, ok := src.lineBefore(first, "if "+sent.name+" != "+caller+":", indent+"abort(403)")
	if !ok {
		return nil
	}
	return append([]finding.Edit{line}, imports...)
}

// pathConverted says that a path's variable is no text: a number is never equal
// to the text that a token holds.
func pathConverted(path, name string) bool {
	for _, c := range []string{"int:", "float:", "uuid:"} {
		if strings.Contains(path, "<"+c+name+">") {
			return true
		}
	}
	return false
}

// principalIn is how a file asks for what a name means of the caller; "" where
// it does not, or does so in several ways.
func principalIn(src source, name string) string {
	found := ""
	several := false
	src.file.Inspect(func(n python.Node) bool {
		e, ok := n.(python.Expr)
		if !ok {
			return true
		}
		switch e.(type) {
		case *python.Call, *python.Attribute, *python.Subscript:
		default:
			return true
		}
		text := src.file.Source(e.Pos())
		if !principalText.MatchString(text) || !means(text, name) {
			return true
		}
		several = several || found != "" && found != text
		found = text
		return false
	})
	if several {
		return ""
	}
	return found
}

// means says whether the caller's own, as code asks for it, is of the kind that
// a name says: an id, or the same attribute.
func means(text, name string) bool {
	if text == "get_jwt_identity()" {
		return !strings.Contains(strings.ToLower(name), "mail")
	}
	last := strings.Trim(lastPart(strings.NewReplacer("['", ".", `["`, ".", "']", "", `"]`, "", "()", "").Replace(text)), ".")
	if last == name {
		return true
	}
	id := strings.HasSuffix(name, "id")
	return id && (last == "id" || last == "sub" || last == "uid" || last == "user_id" || last == "get_id")
}

// principalAlone leaves the verified caller where another may be sent: on the
// way of what is sent to the key, the one place where either is taken.
func (m *mender) principalAlone(f *finding.Finding) []finding.Edit {
	for _, step := range f.Flow {
		src, ok := m.open(step.Path)
		if !ok {
			return nil
		}
		chain := src.around(span(step.Range))
		stmt, ok := simpleStatement(chain)
		if !ok {
			continue
		}
		if edits := eitherOf(src, stmt, ""); len(edits) == 1 {
			return edits
		}
		// Kept under a name first: `sent or g.user` further down.
		a, ok := stmt.(*python.Assign)
		fn, in := innermost[*python.FunctionDef](chain)
		if !ok || !in || len(a.Targets) != 1 {
			continue
		}
		if name, ok := a.Targets[0].(*python.Name); ok {
			if edits := eitherOf(src, fn, name.ID); len(edits) == 1 {
				return edits
			}
		}
	}
	return nil
}

// eitherOf are the edits that leave the caller of each place below a node where
// either the caller or something else is taken; what is taken first has the
// name, where there is one.
func eitherOf(src source, below python.Node, name string) (edits []finding.Edit) {
	python.Inspect(below, func(n python.Node) bool {
		sent, own := chosen(n)
		if own == nil || !callerText.MatchString(src.file.Source(own.Pos())) {
			return true
		}
		if !src.pure(sent) {
			return true
		}
		if id, ok := sent.(*python.Name); name == "" || ok && id.ID == name {
			edits = append(edits, src.replace(n.Pos(), src.file.Source(own.Pos())))
		}
		return true
	})
	return edits
}

// chosen are the two that an expression takes one of: `sent or own`, `sent if
// sent else own`, `sent.get("a", own)`.
func chosen(n python.Node) (sent, own python.Expr) {
	switch n := n.(type) {
	case *python.BoolOp:
		if n.Or && len(n.Values) == 2 {
			return n.Values[0], n.Values[1]
		}
	case *python.IfExp:
		return n.Body, n.Else
	case *python.Call:
		if a, ok := n.Func.(*python.Attribute); ok && a.Attr == "get" && len(n.Args) == 2 && len(n.Keywords) == 0 {
			return a.Value, n.Args[1]
		}
	}
	return nil, nil
}

// callerText is an expression that names the caller by its beginning.
var callerText = regexp.MustCompile(`^(g|session|flask\.g|flask\.session|current_user|get_jwt_identity|get_jwt|claims|identity|principal|self\.current_user|current_identity)\b[\w.()\[\]"']*$`)
