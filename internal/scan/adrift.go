package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// lowerAdrift makes a matter of policy of what is found in routes that callers
// are not seen to reach: those of a blueprint or a router that no app mounts, in
// a module that no other imports, where an app does mount others.
func (s *scanner) lowerAdrift() {
	if !s.mounts() {
		return
	}
	var imported map[*pyflow.Module]bool
	adrift := map[string]bool{} // by frameName
	for _, e := range s.entries {
		if e.kind != route || len(e.on) == 0 || slices.ContainsFunc(e.on, func(h *host) bool { return h.root || len(h.under) > 0 }) {
			continue
		}
		if imported == nil {
			imported = s.imported()
		}
		if !imported[e.fn.Module] && !s.makesApp(e.fn.Module) {
			adrift[frameName(e)] = true
		}
	}
	for _, f := range s.found {
		if adrift[f.Context] && f.Severity > finding.Advice {
			f.Severity, f.Confidence = finding.Low, finding.Tentative
			f.Message += " No app is seen to mount the route."
		}
	}
}

// makesApp says whether a module makes an app of its own.
func (s *scanner) makesApp(m *pyflow.Module) bool {
	for _, h := range s.hosts {
		if h.root && strings.HasPrefix(h.id, m.File.Path+":") {
			return true
		}
	}
	return false
}

// mounts says whether some part stands in an app.
func (s *scanner) mounts() bool {
	for _, app := range s.hosts {
		if !app.root {
			continue
		}
		for _, part := range s.hosts {
			if len(part.under) > 0 && part != app && part.within(app) {
				return true
			}
		}
	}
	return false
}

// imported are the modules that others import, at their top or within.
func (s *scanner) imported() map[*pyflow.Module]bool {
	out := map[*pyflow.Module]bool{}
	for _, m := range s.program.Modules {
		m.File.Inspect(func(n python.Node) bool {
			switch n := n.(type) {
			case *python.Import:
				for _, a := range n.Names {
					out[s.program.Find(m, a.Name, 0)] = true
				}
			case *python.ImportFrom:
				out[s.program.Find(m, n.Module, n.Level)] = true
				for _, a := range n.Names {
					sub := a.Name
					if n.Module != "" {
						sub = n.Module + "." + a.Name
					}
					out[s.program.Find(m, sub, n.Level)] = true
				}
			}
			return true
		})
	}
	return out
}
