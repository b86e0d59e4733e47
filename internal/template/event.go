package template

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// Event is the HTTP request that a function is called for.
type Event struct {
	// Code is the path of the module that the function stands in, without its
	// ending, and Function its name there.
	Code, Function string
	Method         string // GET; "" is any
	Path           string // "/visits/{day}"
	finding.Location
}

// event keeps an event whose function and path the files say.
func (r *reader) event(code, handler, method, path string, at finding.Location) {
	function := handler[strings.LastIndexByte(handler, '.')+1:]
	method = strings.ToUpper(strings.TrimSpace(method))
	if method == "ANY" || method == "*" {
		method = ""
	}
	if path = strings.TrimSpace(path); code == "" || function == "" || path == "" || path == "*" || marked(path+method) {
		return
	}
	r.events = append(r.events, Event{Code: code, Function: function, Method: method, Path: "/" + strings.TrimPrefix(path, "/"), Location: at})
}

// serverlessEvents reads a function's events, as `GET /visits` or as a mapping.
// https://www.serverless.com/framework/docs/providers/aws/events/http-api
func (r *reader) serverlessEvents(v *variables, code string, function *policy.Node) {
	handler := v.text(get(function, "handler"))
	for _, e := range v.list(get(function, "events")) {
		for _, kind := range []string{"http", "httpApi"} {
			n := get(&e, kind)
			if n == nil {
				continue
			}
			method, path := v.text(get(n, "method")), v.text(get(n, "path"))
			if path == "" {
				method, path, _ = strings.Cut(strings.TrimSpace(v.text(n)), " ")
			}
			r.event(code, handler, method, path, e.Location)
		}
	}
}

// samEvents reads a function's events.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html
func (s *stack) samEvents(p *policy.Node) {
	handler := s.ofFunction(p, "Handler")
	code := codeOf(s.scope, s.ofFunction(p, "CodeUri"), handler)
	for _, m := range members(get(p, "Events")) {
		if kind := str(get(&m.Value, "Type")); kind == "Api" || kind == "HttpApi" {
			s.event(code, handler, s.text(get(&m.Value, "Properties", "Method")), s.text(get(&m.Value, "Properties", "Path")), m.At)
		}
	}
}
