package scan

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/python"
)

// askForLogin puts a login back that is commented out, or asks for the one that
// the module's other routes ask for.
func (m *mender) askForLogin(f *finding.Finding) []finding.Edit {
	if f.Anchor == "disabled login" {
		return m.uncomment(f)
	}
	c, ok := m.s.causes[f]
	if !ok || c.entry.fn.Def == nil {
		return nil
	}
	src, ok := m.open(c.entry.fn.Module.File.Path)
	if !ok {
		return nil
	}
	login := ""
	for _, other := range m.s.entries {
		if other.fn.Module != c.entry.fn.Module || other.fn.Def == nil || (other.class == nil) != (c.entry.class == nil) || !other.auth || !takesPathAlone(other) {
			continue
		}
		for _, d := range other.fn.Def.Decorators {
			text := src.file.Source(d.Pos())
			name, _, _ := strings.Cut(text, "(")
			if authName.MatchString(name) && !adminName.MatchString(text) && !strings.Contains(text, "route(") && !strings.HasSuffix(name, "optional") &&
				!strings.ContainsAny(text, "\n\r") && boundBefore(src, name, c.entry.fn.Def.Start) {
				login = text
			}
		}
	}
	if login == "" {
		return nil
	}
	line, ok := src.lineBefore(c.entry.fn.Def, "@"+login)
	if !ok {
		return nil
	}
	return []finding.Edit{line}
}

// takesPathAlone says whether a route's function takes what its path has and no
// more: a login that hands something to the function cannot be put above another.
func takesPathAlone(e *entry) bool {
	for i, p := range e.fn.Params {
		if i == 0 && e.class != nil {
			continue
		}
		inPath := false
		for _, v := range pathParam.FindAllStringSubmatch(e.path, -1) {
			inPath = inPath || v[1] == p.Name
		}
		if !inPath {
			return false
		}
	}
	return true
}

// boundBefore says whether a dotted name's first part is imported or defined at
// the top of the file, before an offset.
func boundBefore(src source, dotted string, before int32) bool {
	first, _, _ := strings.Cut(dotted, ".")
	for _, st := range src.file.Body {
		if st.Pos().Start >= before {
			return false
		}
		switch st := st.(type) {
		case *python.Import:
			for _, a := range st.Names {
				if name, _, _ := strings.Cut(a.Bound(), "."); name == first {
					return true
				}
			}
		case *python.ImportFrom:
			for _, a := range st.Names {
				if a.Bound() == first {
					return true
				}
			}
		case *python.FunctionDef:
			if st.Name == first {
				return true
			}
		case *python.ClassDef:
			if st.Name == first {
				return true
			}
		case *python.Assign:
			for _, t := range st.Targets {
				if n, ok := t.(*python.Name); ok && n.ID == first {
					return true
				}
			}
		}
	}
	return false
}

// uncomment takes away the # before a login.
func (m *mender) uncomment(f *finding.Finding) []finding.Edit {
	src, ok := m.open(f.Path)
	if !ok {
		return nil
	}
	at := span(f.Range)
	text := src.file.Source(at)
	code := strings.TrimLeft(text, "# \t")
	name, _, _ := strings.Cut(strings.TrimPrefix(code, "@"), "(")
	name, _, _ = strings.Cut(name, " ")
	if !src.file.BeginsLine(at) || !boundBefore(src, name, at.Start) {
		return nil
	}
	at.End = at.Start + int32(len(text)-len(code))
	return []finding.Edit{src.replace(at, "")}
}
