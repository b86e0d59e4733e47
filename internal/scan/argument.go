package scan

import (
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

var pathParam = regexp.MustCompile(`[<{](?:[\w.]+(?:\([^)]*\))?:)?(\w+)(?::\w+)?\+?[>}]`)

// argument is what an entry's parameter holds.
func (e *entry) argument(s *scanner, fn *pyflow.Func, p *python.Param) *pyflow.Value {
	at := pyflow.Place{File: fn.Module.File, Span: p.Span}
	mark := func(part, name string) *pyflow.Value {
		return pyflow.Marked(clientMark{part: part, name: name, at: fn.Module.File.Path}, at, "the caller's "+strings.TrimSpace(part+" "+name))
	}
	switch e.kind {
	case consumer:
		if p.Name == "body" || p.Name == "message" || p.Name == "msg" {
			return mark("message", "")
		}
		return nil
	case lambdaFunction:
		if p.Name == e.fn.Params[0].Name {
			return pyflow.Marked(clientMark{part: "event", at: eventOf(e.fn)}, at, "the caller's event")
		}
		return nil
	case errorHandler:
		return s.handled(e, at)
	case hook:
		return nil
	case afterHook:
		return pyflow.Of(pyflow.External(response))
	}
	if e.params != nil {
		switch part := e.params[p.Name]; {
		case p.Name == "user" || p.Name == "token_info" || p.Name == "context_":
			s.sawPrincipal()
			return pyflow.Marked(principalMark{p.Name}, at, "the verified caller")
		case p.Name == "body":
			return mark("body", "")
		case part != "":
			return mark(part, p.Name)
		}
	}
	for _, m := range pathParam.FindAllStringSubmatch(e.path, -1) {
		if m[1] == p.Name {
			return mark("path", p.Name)
		}
	}
	if v, ok := s.supplied(fn, p); ok {
		return v
	}
	switch {
	case e.path != "" && (p.Name == "current_user" || p.Name == "user" || p.Name == "identity" || p.Name == "claims") && e.auth:
		s.sawPrincipal()
		return pyflow.Marked(principalMark{p.Name}, at, "the verified caller")
	case p.Kind == python.VarArgs || p.Name == "self" || p.Name == "cls":
		return nil
	case e.path == "" || strings.Contains(e.path, "?"): // a path that no constant gives
		return mark("path", p.Name)
	case p.Annotation != nil: // FastAPI: the body, or a query parameter
		text := fn.Module.File.Source(p.Annotation.Pos())
		switch text {
		case "str", "int", "UUID", "Optional[str]", "str | None", "bool", "float", "EmailStr":
			return mark("query", p.Name)
		case "Request", "Response", "BackgroundTasks":
			return nil
		}
		for _, part := range []string{"Query", "Path", "Header", "Cookie", "Form"} {
			if strings.Contains(text, part+"(") {
				return mark(strings.ToLower(part), p.Name)
			}
		}
		return s.bodyModel(fn, p, mark("body", ""))
	}
	return mark("body", p.Name)
}

// handled is the exception that an error handler is given.
func (s *scanner) handled(e *entry, at pyflow.Place) *pyflow.Value {
	if e.status == nil {
		return nil
	}
	for _, r := range e.status.Refs {
		switch r := r.(type) {
		case *pyflow.Class:
			return pyflow.Of(&pyflow.Exc{Name: r.Name, Class: r, At: at})
		case pyflow.External:
			name := lastPart(string(r))
			if name == "HTTPException" {
				return nil
			}
			return s.Caught([]string{name}, true, at)
		}
	}
	return nil
}
