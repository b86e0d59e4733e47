package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// host is an app, a blueprint, a namespace or a router: what routes and hooks are
// registered on. It stands beside its External among a value's references.
type host struct {
	id     string
	prefix string // of its own, "/api"
	root   bool   // an app, not a part of one
	under  []mount
}

// mount is where one stands in another.
type mount struct {
	on     *host
	prefix string // given by who mounts it; "" for none
	added  bool   // before the part's own, not in its place
}

// RefKey implements pyflow.Ref.
func (a *host) RefKey() string { return "host:" + a.id }

// makers are what makes apps and their parts, by the last part of the name.
var makers = map[string]bool{
	"Flask": true, "Chalice": true, "FastAPI": true, "Quart": true, "APIFlask": true, "OpenAPI": true, "FlaskApp": true, "App": true,
	"APIGatewayRestResolver": true, "APIGatewayHttpResolver": true, "LambdaFunctionUrlResolver": true, "ALBResolver": true, "ApiGatewayResolver": true,
	"Blueprint": false, "APIBlueprint": false, "APIRouter": false, "Router": false, "Namespace": false, "Api": false,
}

// madeHost gives an app's value its identity.
func (s *scanner) madeHost(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	root, known := makers[lastPart(c.Name)]
	part := c.Method == "namespace" && len(hostsOf(c.Receiver)) > 0 // api.namespace("users")
	if c.At == nil || !part && (!known || strings.Contains(c.Name, "(")) {
		return nil
	}
	for _, r := range c.Callee.RefList() {
		if _, ours := r.(*pyflow.Class); ours { // a class of the tree's own, on one of these
			return nil
		}
	}
	id := placeKey(f.Place(c.At))
	a := s.hosts[id]
	if a == nil {
		a = &host{id: id, root: root}
		for _, name := range []string{"url_prefix", "prefix", "path"} {
			if v := c.Arg(-1, name); v.Text() != "" {
				a.prefix = strings.TrimSuffix(v.Text(), "/")
			}
		}
		if (part || lastPart(c.Name) == "Namespace") && c.Arg(-1, "path") == nil && c.Arg(0, "name").Text() != "" {
			a.prefix = "/" + c.Arg(0, "name").Text()
		}
		s.hosts[id] = a
	}
	on := hostsOf(pyflow.Join(c.Args...)) // Api(blueprint)
	if part {
		on = hostsOf(c.Receiver)
		c.Name = "flask_restx.Namespace"
	}
	for _, other := range on {
		a.mountOn(other, "", false)
	}
	return pyflow.Of(pyflow.External(c.Name+"()"), a)
}

// mounting knows the methods that put a part into an app.
func (s *scanner) mounting(c *pyflow.Call) {
	switch c.Method {
	case "register_blueprint", "include_router", "add_namespace", "register_api", "mount":
	case "init_app":
		for _, part := range hostsOf(c.Receiver) {
			for _, on := range hostsOf(c.Arg(0, "app")) {
				part.mountOn(on, "", false)
			}
		}
		return
	default:
		return
	}
	prefix := ""
	for _, name := range []string{"url_prefix", "prefix", "path"} {
		if v := c.Arg(-1, name); v.Text() != "" {
			prefix = v.Text()
		}
	}
	for _, part := range hostsOf(pyflow.Join(c.Args...)) {
		for _, on := range hostsOf(c.Receiver) {
			part.mountOn(on, prefix, c.Method == "include_router" || c.Method == "mount")
		}
	}
}

func (a *host) mountOn(on *host, prefix string, added bool) {
	m := mount{on, strings.TrimSuffix(prefix, "/"), added}
	if on != a && len(a.under) < 8 && !slices.Contains(a.under, m) {
		a.under = append(a.under, m)
	}
}

func hostsOf(v *pyflow.Value) (out []*host) {
	for _, r := range v.RefList() {
		if a, ok := r.(*host); ok {
			out = append(out, a)
		}
	}
	return out
}

// within says whether an app is another, or stands somewhere in it.
func (a *host) within(other *host) bool {
	seen := map[*host]bool{}
	var walk func(*host) bool
	walk = func(a *host) bool {
		if a == other {
			return true
		}
		if seen[a] {
			return false
		}
		seen[a] = true
		return slices.ContainsFunc(a.under, func(m mount) bool { return walk(m.on) })
	}
	return walk(a)
}

// prefixOf is what stands before the paths of an app's routes.
func (a *host) prefixOf(depth int) string {
	if len(a.under) == 0 || depth > 8 {
		return a.prefix
	}
	m := a.under[0]
	own := a.prefix
	switch {
	case m.prefix != "" && m.added:
		own = joinPaths(m.prefix, own)
	case m.prefix != "":
		own = m.prefix
	}
	return joinPaths(m.on.prefixOf(depth+1), own)
}

func joinPaths(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return strings.TrimSuffix(a, "/") + "/" + strings.TrimPrefix(b, "/")
}

// receivers are the apps that a decorator or a method call stands on.
func receivers(f *pyflow.Frame, e python.Expr) []*host {
	if a, ok := e.(*python.Attribute); ok {
		return hostsOf(f.Eval(a.Value))
	}
	return nil
}

// place gives an entry its path, behind the prefixes of the blueprints and
// routers that it stands on.
func (s *scanner) place(e *entry) {
	if e.placed {
		return
	}
	e.placed = true
	if e.class != nil {
		e.on = append(e.on, s.on[e.class]...)
		if e.path == "" {
			e.path = strings.Join(s.paths[e.class], ", ")
		}
	}
	if len(e.on) == 0 || e.path == "" || e.path == "?" {
		return
	}
	prefix := e.on[0].prefixOf(0)
	paths := strings.Split(e.path, ", ")
	for i := range paths {
		paths[i] = joinPaths(prefix, paths[i])
	}
	e.path = strings.Join(paths, ", ")
}

// give notes what the views of a class are made with.
func (s *scanner) give(class *pyflow.Class, c *pyflow.Call) {
	old := s.given[class]
	if old == nil {
		s.given[class] = c
		return
	}
	merged := &pyflow.Call{Keywords: map[string]*pyflow.Value{}, Star: pyflow.Join(old.Star, c.Star), Spread: pyflow.Join(old.Spread, c.Spread)}
	for i := range max(len(old.Args), len(c.Args)) {
		merged.Args = append(merged.Args, pyflow.Join(old.Arg(i, ""), c.Arg(i, "")))
	}
	for _, from := range []*pyflow.Call{old, c} {
		for k, v := range from.Keywords {
			merged.Keywords[k] = pyflow.Join(merged.Keywords[k], v)
		}
	}
	s.given[class] = merged
}

// before says whether a hook runs before an entry.
func (h *entry) before(e *entry) bool {
	if len(h.on) == 0 || len(e.on) == 0 { // as far as the names tell
		return h.app == e.app && h.fn.Module == e.fn.Module || isApp(h.app)
	}
	for _, a := range h.on {
		for _, b := range e.on {
			// A part that nobody is seen to mount is of the one app that there is.
			if b.within(a) || a.root && !slices.ContainsFunc(e.on, func(x *host) bool { return x.root || len(x.under) > 0 }) {
				return true
			}
		}
	}
	return h.everywhere
}
