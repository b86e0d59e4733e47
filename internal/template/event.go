package template

import (
	"cmp"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// Event is the HTTP request that a function is called for.
type Event struct {
	// Code is the path of the module that the function stands in, without its
	// ending, and Function its name there. For what stands behind an adapter that
	// a plugin brings they are the app's.
	Code, Function string
	// Anywhere says that the file does not tell below which folder Code is.
	Anywhere bool
	Method   string // GET; "" is any
	Path     string // "/visits/{day}", "/{proxy+}"; "" is any
	// API tells the requests of one API, or of a function's own URL, from others'.
	API string
	// Login is who lets callers through before the function is called, "the
	// authorizer staff", "IAM"; "" for nobody. An API key is no login.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
	Login string
	finding.Location
}

// event keeps an event whose function the files say.
func (r *reader) event(e Event) {
	e.Function = e.Function[strings.LastIndexByte(e.Function, '.')+1:]
	e.Method = strings.ToUpper(strings.TrimSpace(e.Method))
	if e.Method == "ANY" || e.Method == "*" {
		e.Method = ""
	}
	if e.Path = strings.TrimSpace(e.Path); e.Path == "*" || e.Path == "$default" {
		e.Path = ""
	}
	if e.Code == "" || e.Function == "" || marked(e.Path+e.Method) {
		return
	}
	if e.Path != "" {
		e.Path = "/" + strings.TrimPrefix(e.Path, "/")
	}
	r.events = append(r.events, e)
}

// login is who lets callers through, by the kind of an authorization and the
// authorizer's name, where it has one.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html
func login(kind, name string) string {
	kind, name = strings.ToUpper(strings.TrimSpace(kind)), strings.TrimSpace(name)
	switch {
	case kind == "AWS_IAM" || kind == "SIGV4":
		return "IAM"
	case kind == "NONE", kind+name == "":
		return ""
	}
	if strings.HasPrefix(name, "arn:") {
		name = name[strings.LastIndexAny(name, ":/")+1:]
	}
	switch {
	case name != "" && !marked(name):
		return "the authorizer " + name
	case strings.HasPrefix(kind, "COGNITO"):
		return "a Cognito user pool"
	case kind == "JWT":
		return "a JWT authorizer"
	}
	return "an authorizer"
}

// serverlessEvents reads a function's events, as `GET /visits` or as a mapping.
// https://www.serverless.com/framework/docs/providers/aws/events/http-api
func (r *reader) serverlessEvents(v *variables, code string, function *policy.Node) {
	e := Event{Code: code, Function: v.text(get(function, "handler"))}
	if app := v.text(get(v.root, "custom", "wsgi", "app")); app != "" && isWSGI(e.Function) {
		// https://github.com/logandk/serverless-wsgi names the app, in a module by dots.
		e.Code, e.Function = codeOf(v.name, "", app), app
	}
	for _, n := range v.list(get(function, "events")) {
		for _, kind := range []string{"http", "httpApi"} {
			request := get(&n, kind)
			if request == nil {
				continue
			}
			e.API, e.Location = kind, n.Location
			e.Method, e.Path = v.text(get(request, "method")), v.text(get(request, "path"))
			if e.Path == "" {
				e.Method, e.Path, _ = strings.Cut(strings.TrimSpace(v.text(request)), " ")
			}
			if e.Path == "" && e.Method != "*" {
				continue
			}
			e.Login = v.authorizer(get(request, "authorizer"))
			r.event(e)
		}
	}
	if url := get(function, "url"); url != nil && v.text(url) != "false" {
		e.API, e.Location, e.Method, e.Path, e.Login = "url of "+e.Function, url.Location, "", "", v.authorizer(get(url, "authorizer"))
		r.event(e)
	}
}

// isWSGI says whether a handler is the one that the plugin serverless-wsgi adds.
func isWSGI(handler string) bool {
	return handler == "wsgi_handler.handler" || handler == "wsgi.handler"
}

// authorizer reads an event's authorizer: a name, an ARN, or a mapping.
// https://www.serverless.com/framework/docs/providers/aws/events/apigateway
func (v *variables) authorizer(n *policy.Node) string {
	if n == nil {
		return ""
	}
	if n.Kind == policy.String {
		if name := v.text(n); strings.EqualFold(name, "aws_iam") || strings.EqualFold(name, "none") {
			return login(name, "")
		}
		return login("", v.text(n))
	}
	kind := v.text(get(n, "type"))
	name := cmp.Or(v.text(get(n, "name")), v.text(get(n, "arn")))
	if name == "" && kind == "" && (get(n, "id") != nil || get(n, "authorizerId") != nil || get(n, "arn") != nil) {
		kind = "custom"
	}
	return login(kind, name)
}

// samEvents reads a function's events, and its own URL.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html
func (s *stack) samEvents(p *policy.Node) {
	handler := s.ofFunction(p, "Handler")
	e := Event{Code: codeOf(s.scope, s.ofFunction(p, "CodeUri"), handler), Function: handler}
	for _, m := range members(get(p, "Events")) {
		kind := str(get(&m.Value, "Type"))
		of := get(&m.Value, "Properties")
		switch kind {
		case "Api":
			e.API = cmp.Or(s.referent(get(of, "RestApiId")), "ServerlessRestApi")
			if get(of, "Path") == nil {
				continue
			}
		case "HttpApi":
			e.API = cmp.Or(s.referent(get(of, "ApiId")), "ServerlessHttpApi")
		default:
			continue
		}
		e.Location, e.Method, e.Path = m.At, s.text(get(of, "Method")), s.text(get(of, "Path"))
		e.Login = s.samLogin(kind, e, get(of, "Auth"))
		s.event(e)
	}
	url := get(p, "FunctionUrlConfig")
	if url == nil {
		url = get(s.functionGlobal, "FunctionUrlConfig")
	}
	if url != nil {
		e.API, e.Location, e.Method, e.Path, e.Login = "url of "+handler, url.Location, "", "", login(s.text(get(url, "AuthType")), "")
		s.event(e)
	}
}

// samLogin is an event's own authorizer, else its API's default one, else that of
// all APIs.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-controlling-access-to-apis.html
func (s *stack) samLogin(kind string, e Event, own *policy.Node) string {
	authorizer := get(own, "Authorizer")
	if authorizer == nil {
		api := get(s.index[e.API], "Properties")
		if authorizer = get(api, "Auth", "DefaultAuthorizer"); authorizer == nil {
			authorizer = get(s.apiGlobals, kind, "Auth", "DefaultAuthorizer")
		}
		if authorizer == nil {
			return s.definedLogin(get(api, "DefinitionBody"), e)
		}
	}
	name := s.text(authorizer)
	if name == "AWS_IAM" || name == "NONE" {
		return login(name, "")
	}
	return login("", name)
}

// definedLogin is what an API's own OpenAPI document asks for a request.
func (s *stack) definedLogin(definition *policy.Node, e Event) string {
	method := strings.ToLower(e.Method)
	if method == "any" {
		method = "x-amazon-apigateway-any-method"
	}
	security := get(definition, "paths", e.Path, method, "security")
	if security == nil {
		security = get(definition, "security")
	}
	for _, one := range each(security) {
		for _, m := range members(&one) {
			scheme := get(definition, "components", "securitySchemes", m.Name)
			if scheme == nil {
				scheme = get(definition, "securityDefinitions", m.Name)
			}
			switch {
			case str(get(scheme, "x-amazon-apigateway-authtype")) == "awsSigv4":
				return login("AWS_IAM", "")
			case get(scheme, "x-amazon-apigateway-authorizer") == nil && strings.EqualFold(str(get(scheme, "name")), "x-api-key"):
			default:
				return login("", m.Name)
			}
		}
	}
	return ""
}
