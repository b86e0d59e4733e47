package scan

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
	"github.com/discreet-dev/discreet/internal/surface"
)

func describeRoute(e *entry, prefixes map[mount]string) surface.Route {
	out := surface.Route{
		Title: e.title(), Function: frameName(e), Location: locate(e.fn.Place()),
		Authenticated: e.auth || e.knows, Restricted: e.admin,
	}
	if e.method != "" {
		out.Methods = strings.Split(e.method, "|")
	}
	prefix := prefixes[mount{e.fn.Module, e.app}]
	for p := range strings.SplitSeq(e.path, ", ") {
		if p == "" || p == "?" {
			continue
		}
		p = pathParam.ReplaceAllString(prefix+p, "{$1}")
		if !strings.HasPrefix(p, "/") {
			p = "/" + p
		}
		if out.Path == "" {
			out.Path = p
		} else {
			out.Others = append(out.Others, p)
		}
	}
	return out
}

// mount is a blueprint or a router, by the variable that holds it.
type mount struct {
	module *pyflow.Module
	name   string
}

// prefixes are the paths under which blueprints and routers stand: where they
// are made, and where an app takes them in.
func (s *scanner) prefixes() map[mount]string {
	made, taken := map[mount]string{}, map[mount]string{}
	for _, m := range s.program.Modules {
		if !containsAny(m.File.Text, "url_prefix", "prefix=") {
			continue
		}
		m.File.Inspect(func(n python.Node) bool {
			switch n := n.(type) {
			case *python.Assign:
				if call, ok := n.Value.(*python.Call); ok && len(n.Targets) == 1 {
					if name, ok := n.Targets[0].(*python.Name); ok && containsAny(calleeName(call), "Blueprint", "Router") {
						made[mount{m, name.ID}] = prefixOf(call)
					}
				}
			case *python.Call:
				if name := calleeName(n); (name == "register_blueprint" || name == "include_router") && len(n.Args) > 0 {
					if at, ok := s.mounted(m, n.Args[0]); ok {
						taken[at] = prefixOf(n)
					}
				}
			}
			return true
		})
	}
	for at, prefix := range taken {
		if prefix == "" {
			continue
		}
		if _, own := made[at]; own && strings.HasSuffix(at.name, "outer") { // a router's own prefix stays
			prefix += made[at]
		}
		made[at] = prefix
	}
	return made
}

func calleeName(c *python.Call) string {
	switch f := c.Func.(type) {
	case *python.Name:
		return f.ID
	case *python.Attribute:
		return f.Attr
	}
	return ""
}

func prefixOf(c *python.Call) string {
	for i := range c.Keywords {
		if k := &c.Keywords[i]; k.Name == "url_prefix" || k.Name == "prefix" {
			if text, ok := k.Value.(*python.String); ok {
				return strings.TrimSuffix(text.Value, "/")
			}
		}
	}
	return ""
}

// mounted finds the module that makes what a name, or a module's attribute,
// stands for.
func (s *scanner) mounted(m *pyflow.Module, e python.Expr) (mount, bool) {
	switch e := e.(type) {
	case *python.Name:
		if from, name := s.imported(m, e.ID); from != nil {
			return mount{from, name}, true
		}
		return mount{m, e.ID}, true
	case *python.Attribute:
		if base, ok := e.Value.(*python.Name); ok {
			if from, name := s.imported(m, base.ID); from != nil {
				if name != "" { // an object of a module, not a module
					return mount{}, false
				}
				return mount{from, e.Attr}, true
			}
		}
	}
	return mount{}, false
}

// imported is the module that an import in a module takes a name from, and what
// it is called there.
func (s *scanner) imported(m *pyflow.Module, bound string) (from *pyflow.Module, name string) {
	m.File.Inspect(func(n python.Node) bool {
		switch n := n.(type) {
		case *python.ImportFrom:
			for i := range n.Names {
				if n.Names[i].Bound() != bound {
					continue
				}
				full := n.Names[i].Name
				if n.Module != "" {
					full = n.Module + "." + full
				}
				if sub := s.program.Find(m, full, n.Level); sub != nil { // a module itself
					from, name = sub, ""
				} else {
					from, name = s.program.Find(m, n.Module, n.Level), n.Names[i].Name
				}
			}
		case *python.Import:
			for i := range n.Names {
				if a := &n.Names[i]; a.As == bound || a.As == "" && a.Name == bound {
					from, name = s.program.Find(m, a.Name, 0), ""
				}
			}
		}
		return true
	})
	return from, name
}
