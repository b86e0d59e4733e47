package scan

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// requestParts are what flask.request and its kin hold of what a caller sent.
var requestParts = map[string]string{
	"args": "query", "query_params": "query", "query": "query", "json": "body", "json_body": "body", "data": "body", "raw_body": "body", "form": "form",
	"values": "query", "files": "form", "headers": "header", "cookies": "cookie", "view_args": "path", "uri_params": "path",
	"environ": "event", "parameters": "query", "get_json": "body", "get_data": "body", "body": "body", "authorization": "header",
	"openapi": "query", "path_params": "path",
}

// Attribute implements pyflow.Library.
func (s *scanner) Attribute(f *pyflow.Frame, base *pyflow.Value, name string, at python.Expr) *pyflow.Value {
	if v := pynamoAttribute(base, name); v != nil {
		return v
	}
	if base == nil {
		return nil
	}
	for _, r := range base.Refs {
		switch r := r.(type) {
		case pyflow.External:
			if v := s.externalAttribute(f, string(r), name, at); v != nil {
				return v
			}
		case *pyflow.Exc:
			if name == "response" || name == "__str__" || name == "__dict__" || name == "__traceback__" {
				return r.Message
			}
		case *pyflow.Instance:
			if name == "__dict__" {
				return pyflow.AsDict(base)
			}
		}
	}
	return nil
}

func (s *scanner) externalAttribute(f *pyflow.Frame, x, name string, at python.Expr) *pyflow.Value {
	switch {
	case x == "os.environ":
		if v := setting(f.Place(at), name); v != nil {
			return pyflow.Join(v, pyflow.Of(pyflow.External(x+"."+name)))
		}
	case appDict(x) != "":
		kept := s.stores["app"]["[]"+name]
		if appDict(x) == "config" {
			kept = pyflow.Join(kept, setting(f.Place(at), name))
		}
		if kept != nil {
			return pyflow.Join(kept, pyflow.Of(pyflow.External(x+"."+name)))
		}
		if name == "dynamo" && appDict(x) == "extensions" { // where Flask-Dynamo puts itself
			return pyflow.Of(pyflow.External("flask_dynamo.Dynamo()"))
		}
	case strings.HasSuffix(x, "Annotated"):
		return annotated(f, at)
	case name == "payload" && (strings.HasSuffix(x, "Namespace()") || strings.HasSuffix(x, "Api()")): // flask-restx
		return client(f, at, "body", "")
	case strings.HasSuffix(x, "current_event") && (name == "request_context" || name == "requestContext"), strings.HasSuffix(x, "current_request") && name == "context":
		return principal(f, at, name)
	case x == "flask.request" || x == "request" || strings.HasSuffix(x, ".current_request") || strings.HasSuffix(x, ".current_event") || x == "connexion.request":
		if part, ok := requestParts[name]; ok && name != "get_json" && name != "get_data" {
			switch name {
			case "openapi":
				return pyflow.Of(pyflow.External("flask.request.openapi"))
			case "authorization":
				return client(f, at, part, name)
			}
			return client(f, at, part, "")
		}
	case strings.HasPrefix(x, "flask.request.openapi"):
		switch name {
		case "query", "header", "path", "cookie":
			return client(f, at, name, "")
		case "body":
			return client(f, at, "body", "")
		}
	case strings.HasPrefix(x, "connexion.") && lastPart(x) == "context" && (name == "user" || name == "token_info"):
		s.sawPrincipal()
		return principal(f, at, name)
	case x == "flask.session" || x == "session":
		s.sawPrincipal()
		return principal(f, at, name)
	case x == "flask.g":
		return s.onG(f, name, at)
	case x == "flask.current_app" || x == "flask.Flask()":
		if v, ok := s.stores["app"][name]; ok && v != nil {
			return v
		}
	case strings.HasSuffix(x, "current_user") && strings.HasPrefix(x, "flask"), x == "flask_login.current_user", strings.HasSuffix(x, "current_identity"):
		if name != "is_authenticated" && name != "is_anonymous" {
			s.sawPrincipal()
			return principal(f, at, name)
		}
	case strings.HasSuffix(x, "Field()") && name == "data": // a form's: form.password.data
		if a, ok := at.(*python.Attribute); ok {
			if field, ok := a.Value.(*python.Attribute); ok {
				return client(f, at, "form", field.Attr)
			}
		}
	}
	return nil
}

// onG is what the app keeps of the request on flask.g. What is stored there
// under a name for who calls is the principal, unless it is plainly what the
// caller has sent.
func (s *scanner) onG(f *pyflow.Frame, name string, at python.Expr) *pyflow.Value {
	v, stored := s.stores["g"][name]
	c, _ := classify(v)
	if c == classPrincipal || c == classEither {
		s.sawPrincipal()
		return v
	}
	if stored && c == classClient {
		return v
	}
	if identityName.MatchString(name) || strings.Contains(name, "claim") || strings.Contains(name, "identity") || strings.Contains(name, "jwt") || !stored && name == "payload" {
		s.sawPrincipal()
		return pyflow.Join(v, principal(f, at, name))
	}
	return v
}

// appDict says which dict of a Flask app something is in which the app's parts
// leave things for each other: "config", "extensions", or "" for none.
func appDict(x string) string {
	switch x {
	case "flask.Flask().config", "flask.current_app.config":
		return "config"
	case "flask.Flask().extensions", "flask.current_app.extensions":
		return "extensions"
	}
	return ""
}

// SetAttribute implements pyflow.Library.
func (s *scanner) SetAttribute(f *pyflow.Frame, base *pyflow.Value, name string, value *pyflow.Value, at python.Expr) {
	s.prefilled(f, name, value, at)
	for _, x := range base.Externals() {
		switch {
		case x == "flask.g":
			s.stores["g"][name] = pyflow.Join(s.stores["g"][name], value)
		case x == "flask.Flask()", x == "flask.current_app":
			s.stores["app"][name] = pyflow.Join(s.stores["app"][name], value)
		case appDict(x) != "":
			s.stores["app"]["[]"+name] = pyflow.Join(s.stores["app"]["[]"+name], value)
		case x == "flask.session":
			s.keptByClient(f, name, "the session", value, f.Place(at))
		}
		if isResponse(x) {
			s.setsBody(f, name, value, at)
		}
	}
}

func client(f *pyflow.Frame, at python.Expr, part, name string) *pyflow.Value {
	what := "the caller's " + part
	if name != "" {
		what += " " + name
	}
	p := pyflow.Place{}
	if at != nil {
		p = f.Place(at)
	}
	return pyflow.Marked(clientMark{part: part, name: name, at: p.File.Path}, p, what)
}

func principal(f *pyflow.Frame, at python.Expr, name string) *pyflow.Value {
	p := pyflow.Place{File: f.Module().File}
	if at != nil {
		p = f.Place(at)
	}
	return pyflow.Marked(principalMark{name}, p, "the verified caller's "+name)
}

func (s *scanner) sawPrincipal() {
	s.identity = true
	if s.current != nil {
		s.current.knows = true
	}
}

// flaskCall knows what Flask and its like are asked for.
func (s *scanner) flaskCall(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	if c.At == nil {
		return nil
	}
	s.mounting(c)
	if v := s.madeHost(f, c); v != nil {
		return v
	}
	last := lastPart(c.Name)
	switch {
	case strings.HasSuffix(c.Name, "request.get_json") || strings.HasSuffix(c.Name, "request.get_data"):
		return client(f, c.At, "body", "")
	case c.Name == "flask.session.get" || c.Name == "flask.session.pop":
		s.sawPrincipal()
		return principal(f, c.At, c.Arg(0, "").Text())
	case c.Name == "flask.g.get":
		return pyflow.Join(s.onG(f, c.Arg(0, "").Text(), c.At), c.Arg(1, ""))
	case last == "jsonify":
		if len(c.Args) == 1 && len(c.Keywords) == 0 && c.Rest == nil {
			return orEmpty(c.Args[0])
		}
		out := &pyflow.Value{Shape: pyflow.Dict, Fields: map[string]*pyflow.Value{}, Elem: pyflow.Join(c.Args...)}
		for k, v := range c.Keywords {
			out.Fields[k] = v
		}
		return pyflow.Join(out, c.Rest)
	case last == "make_response" || last == "Response" || last == "response_class" || last == "JSONResponse" || last == "ORJSONResponse" || last == "HTMLResponse" || last == "PlainTextResponse":
		if body := pyflow.Join(c.Arg(0, "response"), c.Arg(-1, "content"), c.Arg(-1, "body")); body != nil {
			return body
		}
		return pyflow.Of(pyflow.External(response))
	case last == "stream_with_context":
		return orEmpty(c.Arg(0, ""))
	case last == "render_template" || last == "render_template_string" || c.Method == "TemplateResponse":
		return s.rendered(f, c)
	case last == "marshal":
		return marshalled(f, c.Arg(0, "data"), c.Arg(1, "fields"))
	case c.Method == "parse_args" && c.Receiver != nil:
		return client(f, c.At, "query", "")
	case c.Method == "add_resource" && len(c.Args) > 1:
		s.addResource(c)
	case c.Method == "add_url_rule":
		s.addRule(f, c)
	case c.Method == "as_view" && c.Receiver != nil:
		for _, r := range c.Receiver.Refs {
			if class, ok := r.(*pyflow.Class); ok {
				s.give(class, &pyflow.Call{Args: c.Args[min(1, len(c.Args)):], Keywords: c.Keywords, Star: c.Star, Spread: c.Spread})
			}
		}
		return c.Receiver
	case (c.Method == "before_request" || c.Method == "before_app_request") && len(c.Args) == 1:
		s.hook(f, c.Args[0], c.At.Func, c.Method)
	case (c.Method == "after_request" || c.Method == "after_app_request") && len(c.Args) == 1:
		s.after(f, c.Args[0], c.At.Func)
	case c.Method == "get_query_string_value" || c.Method == "get_header_value": // Powertools
		part := "query"
		if c.Method == "get_header_value" {
			part = "header"
		}
		return pyflow.Join(client(f, c.At, part, c.Arg(0, "name").Text()), c.Arg(1, "default_value"))
	case (c.Method == "model" || c.Method == "inherit" || c.Method == "clone" || c.Method == "extend") && len(c.Args) > 1 && c.Args[len(c.Args)-1] != nil && c.Args[len(c.Args)-1].Shape == pyflow.Dict:
		return restxModel(f, c)
	case c.Method == "add_argument" && c.Arg(0, "name").Text() != "":
		s.ask("query", f, strings.TrimLeft(c.Arg(0, "name").Text(), "-"))
	case c.Method == "register_error_handler" && len(c.Args) == 2:
		s.errorHandler(c.Args[1], c.Args[0])
	case c.Method == "basic_consume":
		if v := c.Arg(-1, "on_message_callback"); v != nil {
			s.consumer(v)
		}
	}
	return nil
}

// templated marks data whose shown part a template picks.
func templated(v *pyflow.Value) []pyflow.Traced {
	var out []pyflow.Traced
	for _, t := range v.Deep() {
		if m, ok := t.Mark.(dataMark); ok {
			m.template = true
			t.Mark = m
		}
		out = append(out, t)
	}
	return out
}

// marshalled is what flask-restful's marshal shows: the fields of a dict.
func marshalled(f *pyflow.Frame, v, fields *pyflow.Value) *pyflow.Value {
	out := &pyflow.Value{Shape: pyflow.Dict, Fields: map[string]*pyflow.Value{}}
	item := pyflow.Join(f.ElementOf(v), v)
	for _, name := range fields.FieldNames() {
		out.Fields[name] = onlyFields(f.IndexOf(item, pyflow.Of(pyflow.Text(name))))
	}
	return out
}

func receiverName(e python.Expr) string {
	if a, ok := e.(*python.Attribute); ok {
		if n, ok := a.Value.(*python.Name); ok {
			return n.ID
		}
	}
	return ""
}
