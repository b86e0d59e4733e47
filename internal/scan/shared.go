package scan

import (
	"regexp"
	"slices"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// sharedName are names of a module's variables that hold who has signed in.
var sharedName = regexp.MustCompile(`(?i)^_?((the|curr|current|logged_?in|login|active|session|signed_?in|auth|my)_?)?(user|account|customer|client|member|patient|employee|student|profile)((_?)(id|name|email|key|info|data|item|record|obj|object))?$|^_?(logged_?in|is_logged_?in|user_?session|session|session_?data)$`)

// reportShared finds a variable of a module in which one route keeps who has
// signed in, for others that ask for no login to answer by: every caller of the
// process shares it.
func (s *scanner) reportShared() {
	if len(s.reads) == 0 {
		return
	}
	kept := map[*pyflow.Module]map[string]*entry{} // the route that sets each variable
	for _, e := range s.entries {
		if e.kind != route || e.fn.Def == nil {
			continue
		}
		for _, name := range setGlobals(e.fn.Def) {
			if kept[e.fn.Module] == nil {
				kept[e.fn.Module] = map[string]*entry{}
			}
			if kept[e.fn.Module][name] == nil && sharedName.MatchString(name) {
				kept[e.fn.Module][name] = e
			}
		}
	}
	found := map[*entry]map[string]*finding.Finding{}
	for _, e := range s.entries {
		if e.kind != route || e.fn.Def == nil || e.auth || e.knows {
			continue
		}
		for _, name := range sortedKeys(kept[e.fn.Module]) {
			from := kept[e.fn.Module][name]
			use := firstUse(e.fn.Def, name)
			if from == nil || from == e || use == nil || slices.Contains(setGlobals(e.fn.Def), name) {
				continue
			}
			at := pyflow.Place{File: e.fn.Module.File, Span: use.Span}
			if first := found[from][name]; first != nil {
				first.Related = append(first.Related, finding.Step{Location: locate(at), Text: e.title() + " takes it so, too"})
				continue
			}
			f := &finding.Finding{
				Rule: ruleMissingAuth.ID, Severity: finding.High, Confidence: finding.Likely, Context: frameName(e), Group: e.title(), Anchor: "global " + name,
				Title: e.title() + " takes every caller for the one who signed in last",
				Message: "The global " + name + ", which " + from.title() + " sets, is one variable for all callers of the process: " + e.title() +
					" goes by it and asks nobody for a login.",
				Mend: finding.Mend{Text: "Keep who has signed in in the session or in a token that the caller sends, and ask for it."},
			}
			if found[from] == nil {
				found[from] = map[string]*finding.Finding{}
			}
			found[from][name] = f
			s.report(f, at, nil, finding.Step{Location: locate(from.fn.Place()), Text: "set by " + from.title()}, finding.Step{Location: locate(at), Text: "taken for the caller"})
		}
	}
}

// setGlobals are the variables of its module to which a function gives a value
// that is made at run time.
func setGlobals(def *python.FunctionDef) []string {
	declared, given := map[string]bool{}, map[string]bool{}
	python.Inspect(def, func(n python.Node) bool {
		switch n := n.(type) {
		case *python.Scope:
			for _, name := range n.Names {
				declared[name] = declared[name] || !n.Nonlocal
			}
		case *python.Assign:
			switch n.Value.(type) {
			case *python.Constant, *python.String, *python.Number, *python.Dict, *python.List:
				return true
			}
			for _, id := range targetNames(n) {
				given[id.ID] = true
			}
		}
		return true
	})
	var out []string
	for _, name := range sortedKeys(given) {
		if declared[name] {
			out = append(out, name)
		}
	}
	return out
}

// targetNames are the variables that an assignment gives a value.
func targetNames(a *python.Assign) (out []*python.Name) {
	var add func(list []python.Expr)
	add = func(list []python.Expr) {
		for _, e := range list {
			switch e := e.(type) {
			case *python.Name:
				out = append(out, e)
			case *python.Tuple:
				add(e.Elts)
			case *python.List:
				add(e.Elts)
			}
		}
	}
	add(a.Targets)
	return out
}

// firstUse is where a function first reads a variable that is none of its own.
func firstUse(def *python.FunctionDef, name string) *python.Name {
	if slices.ContainsFunc(def.Params, func(p python.Param) bool { return p.Name == name }) {
		return nil
	}
	var first *python.Name
	own, declared := false, false
	given := map[*python.Name]bool{}
	for _, st := range def.Body {
		python.Inspect(st, func(n python.Node) bool {
			switch n := n.(type) {
			case *python.Scope:
				declared = declared || slices.Contains(n.Names, name)
			case *python.Assign:
				for _, id := range targetNames(n) {
					given[id] = true
					own = own || id.ID == name
				}
			case *python.Name:
				if n.ID == name && !given[n] && first == nil {
					first = n
				}
			}
			return true
		})
	}
	if own && !declared {
		return nil
	}
	return first
}
