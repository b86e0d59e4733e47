package scan

import (
	"path"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
	"github.com/discreet-dev/discreet/internal/template"
)

// front is what the infrastructure lets through to one of the app's functions, or
// to an app behind an adapter.
type front struct {
	fn     string // by eventOf; "" for an app
	app    *host
	events []template.Event
}

// maxRequests bounds the requests of one function or app: one with more is judged
// as if they were open.
const maxRequests = 1000

// fronts joins the requests of the infrastructure with the code that answers them.
func (s *scanner) fronts() {
	byPath := map[string]*pyflow.Module{}
	for _, m := range s.program.Modules {
		byPath[strings.TrimSuffix(strings.TrimSuffix(m.File.Path, ".py"), "/__init__")] = m
	}
	answering, known := map[string][]*front{}, map[string]*front{}
	for _, event := range s.events {
		key := event.Code + "#" + event.Function
		if event.Anywhere {
			key += "#" + path.Dir(event.Location.Path)
		}
		list, found := answering[key]
		if !found {
			var modules []*pyflow.Module
			if event.Anywhere && len(answering) < maxDeployed {
				modules = s.modulesOf(path.Dir(event.Location.Path), event.Code)
			} else if m := byPath[event.Code]; m != nil {
				modules = append(modules, m)
			}
			for _, m := range modules {
				for _, f := range s.answers(m, event.Function) {
					id := f.fn
					if f.app != nil {
						id = f.app.RefKey()
					}
					if known[id] == nil {
						known[id] = &f
						s.before = append(s.before, &f)
					}
					list = append(list, known[id])
				}
			}
			answering[key] = list
		}
		for _, f := range list {
			if len(f.events) < maxRequests {
				f.events = append(f.events, event)
			}
		}
	}
}

// answers are the function of a name in a module, and the apps that it hands on to.
func (s *scanner) answers(m *pyflow.Module, name string) []front {
	var out []front
	for _, r := range s.engine.Global(m, name) {
		if fn, ok := r.(*pyflow.Func); ok {
			out = append(out, front{fn: eventOf(original(fn))})
		}
	}
	for _, app := range s.handedTo(m, name, 3, map[string]bool{}) {
		if !slices.ContainsFunc(out, func(f front) bool { return f.app == app }) {
			out = append(out, front{app: app})
		}
	}
	return out
}

// handedTo are the apps to which a handler hands its events: it is one, is made
// of one (Mangum(app)), or calls what is given one (handle_request(app, event)).
func (s *scanner) handedTo(m *pyflow.Module, name string, depth int, seen map[string]bool) []*host {
	var out []*host
	key := m.Name + "#" + name
	if seen[key] || depth < 0 {
		return nil
	}
	seen[key] = true
	for _, r := range s.engine.Global(m, name) {
		switch r := r.(type) {
		case *host:
			out = append(out, r)
		case *pyflow.Func:
			if from := original(r); from.Def != nil && (from.Module != m || from.Name != name) { // imported, or wrapped
				out = append(out, s.handedTo(from.Module, from.Name, depth-1, seen)...)
			}
		}
	}
	for _, st := range m.File.Body {
		switch st := st.(type) {
		case *python.FunctionDef:
			if st.Name == name {
				out = append(out, s.mentioned(m, st, depth, seen)...)
			}
		case *python.Assign:
			if slices.ContainsFunc(st.Targets, func(t python.Expr) bool { n, ok := t.(*python.Name); return ok && n.ID == name }) {
				out = append(out, s.mentioned(m, st.Value, depth, seen)...)
			}
		}
	}
	return slices.DeleteFunc(out, func(a *host) bool { return !a.root })
}

// mentioned are the apps that calls within a definition are given, or that are
// asked to answer an event themselves: app.resolve(event, context).
func (s *scanner) mentioned(m *pyflow.Module, definition python.Node, depth int, seen map[string]bool) []*host {
	var out []*host
	python.Inspect(definition, func(n python.Node) bool {
		call, ok := n.(*python.Call)
		if !ok {
			return true
		}
		values := slices.Clone(call.Args)
		for i := range call.Keywords {
			values = append(values, call.Keywords[i].Value)
		}
		switch fn := call.Func.(type) {
		case *python.Attribute:
			if fn.Attr == "resolve" {
				values = append(values, fn.Value)
			}
		case *python.Name:
			out = append(out, s.handedTo(m, fn.ID, depth-1, seen)...)
		}
		for _, v := range values {
			switch v.(type) {
			case *python.Name, *python.Attribute:
				out = append(out, hostsOf(s.engine.Evaluate(m, v))...)
			}
		}
		return true
	})
	return out
}

// inContext is a part of a request's context, in which API Gateway says who the
// caller is: what an authorizer has found out, or IAM. The path there is still the
// caller's choice.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
func (s *scanner) inContext(who principalMark, key string, known bool) []pyflow.Mark {
	switch key {
	case "authorizer", "claims":
		s.sawPrincipal()
	case "path", "resourcePath":
		if who.name == "requestContext" || who.name == "request_context" || who.name == "http" {
			return []pyflow.Mark{clientMark{part: "path"}}
		}
	}
	return who.index(key, known)
}
