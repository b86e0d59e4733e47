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

// fronts joins the requests of the infrastructure with the code that answers them.
func (s *scanner) fronts() {
	at := map[string]*front{}
	add := func(key string, f front, event template.Event) {
		if at[key] == nil {
			at[key] = &f
			s.before = append(s.before, at[key])
		}
		at[key].events = append(at[key].events, event)
	}
	for _, event := range s.events {
		for _, m := range s.answering(event) {
			for _, r := range s.engine.Global(m, event.Function) {
				if fn, ok := r.(*pyflow.Func); ok {
					key := eventOf(original(fn))
					add(key, front{fn: key}, event)
				}
			}
			for _, app := range s.handedTo(m, event.Function, 3) {
				add(app.RefKey(), front{app: app}, event)
			}
		}
	}
}

// answering are the modules that an event's function may stand in.
func (s *scanner) answering(event template.Event) []*pyflow.Module {
	if event.Anywhere {
		return s.modulesOf(path.Dir(event.Location.Path), event.Code)
	}
	var out []*pyflow.Module
	for _, m := range s.program.Modules {
		if key := strings.TrimSuffix(m.File.Path, ".py"); key == event.Code || key == event.Code+"/__init__" {
			out = append(out, m)
		}
	}
	return out
}

// handedTo are the apps to which a handler hands its events: it is one, is made
// of one (Mangum(app)), or calls what is given one (handle_request(app, event)).
func (s *scanner) handedTo(m *pyflow.Module, name string, depth int) []*host {
	var out []*host
	for _, r := range s.engine.Global(m, name) {
		switch r := r.(type) {
		case *host:
			out = append(out, r)
		case *pyflow.Func:
			if from := original(r); depth > 0 && from.Def != nil && (from.Module != m || from.Name != name) { // imported
				out = append(out, s.handedTo(from.Module, from.Name, depth-1)...)
			}
		}
	}
	for _, st := range m.File.Body {
		switch st := st.(type) {
		case *python.FunctionDef:
			if st.Name == name {
				out = append(out, s.mentioned(m, st, name, depth)...)
			}
		case *python.Assign:
			if slices.ContainsFunc(st.Targets, func(t python.Expr) bool { n, ok := t.(*python.Name); return ok && n.ID == name }) {
				out = append(out, s.mentioned(m, st.Value, name, depth)...)
			}
		}
	}
	return slices.DeleteFunc(out, func(a *host) bool { return !a.root })
}

// mentioned are the apps that calls within a definition have as their receiver or
// an argument.
func (s *scanner) mentioned(m *pyflow.Module, definition python.Node, name string, depth int) []*host {
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
			values = append(values, fn.Value)
		case *python.Name:
			if depth > 0 && fn.ID != name {
				out = append(out, s.handedTo(m, fn.ID, depth-1)...)
			}
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

// gated finds out whether callers are let through to an entry by an authorizer
// alone: of every API that has a request for it.
func (s *scanner) gated(e *entry) {
	if e.auth || e.kind != route && e.kind != lambdaFunction {
		return
	}
	var logins []string
	for _, f := range s.before {
		switch {
		case e.kind == lambdaFunction && f.fn == eventOf(e.fn):
			for _, event := range f.events {
				if event.Method != "OPTIONS" { // a browser asks it without a credential
					logins = append(logins, event.Login)
				}
			}
		case e.kind == route && f.app != nil && slices.ContainsFunc(e.on, func(a *host) bool { return a.within(f.app) }):
			logins = append(logins, loginsOf(e, f.events)...)
		}
	}
	if len(logins) == 0 || slices.Contains(logins, "") {
		return
	}
	slices.Sort(logins)
	e.auth, e.gate = true, strings.Join(slices.Compact(logins), " or ")
}

// loginsOf is who lets callers through to a route of an app: in each API, before
// the request that is matched best by each of its methods and paths.
func loginsOf(e *entry, events []template.Event) []string {
	var out []string
	apis := map[string]bool{}
	for _, event := range events {
		apis[event.Location.Path+"#"+event.API] = true
	}
	for _, api := range sortedKeys(apis) {
		in := slices.DeleteFunc(slices.Clone(events), func(x template.Event) bool { return x.Location.Path+"#"+x.API != api })
		for p := range strings.SplitSeq(e.path, ", ") {
			for method := range strings.SplitSeq(e.method, "|") {
				if p == "" || p == "?" {
					for _, x := range in {
						out = append(out, x.Login)
					}
					continue
				}
				out = append(out, requestsChosen(in, method, p)...)
			}
		}
	}
	return out
}

// requestsChosen are the logins before the request that API Gateway chooses: the path with
// the most that is literal, and of those the method itself. A route of any method
// may be asked by all requests of that path.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
func requestsChosen(events []template.Event, method, path string) []string {
	best, rank := []string(nil), ""
	for _, x := range events {
		if x.Method == "OPTIONS" || method != "" && x.Method != "" && x.Method != method {
			continue
		}
		r, ok := matches(x.Path, path)
		if !ok {
			continue
		}
		r += " "
		if method != "" && x.Method == method {
			r += "1"
		}
		switch {
		case r > rank:
			best, rank = []string{x.Login}, r
		case r == rank:
			best = append(best, x.Login)
		}
	}
	return best
}

// matches says whether a request of an API may be for a route's path, and how
// literally: a digit for each part.
func matches(request, path string) (rank string, ok bool) {
	if request == "" {
		return "", true
	}
	have := strings.Split(strings.Trim(pathParam.ReplaceAllString(path, "{}"), "/"), "/")
	want := strings.Split(strings.Trim(request, "/"), "/")
	for i, w := range want {
		switch {
		case strings.HasPrefix(w, "{") && strings.HasSuffix(w, "+}"):
			return rank + "1", i < len(have) && have[i] != ""
		case i >= len(have):
			return "", false
		case strings.HasPrefix(w, "{"):
			if have[i] == "" {
				return "", false
			}
			rank += "2"
		case w != have[i]:
			return "", false
		default:
			rank += "3"
		}
	}
	return rank, len(have) == len(want)
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
