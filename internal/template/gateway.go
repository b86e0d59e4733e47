package template

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/policy"
)

// gateway is what a CloudFormation stack or a Terraform root says of API Gateway,
// by the ids that the format gives its resources: which request calls which
// function is told by several of them together.
type gateway struct {
	functions    map[string]deployed
	parts        map[string]pathPart // of the paths of REST APIs
	integrations map[string]string   // of HTTP APIs: the function that each calls
	methods      map[string]string   // of REST APIs, by part and verb: the function that each calls
	requests     []request
}

// deployed is a function's code. folder is "" where the file does not say it.
type deployed struct {
	handler, folder string
	known           bool // the folder is
}

// pathPart is a resource of a REST API: a part of a path below another.
type pathPart struct{ parent, name string }

// request is what an API answers by a function, named in one of three ways.
type request struct {
	Event
	function    string
	integration string
	part        string // with the event's method
}

func newGateway() *gateway {
	return &gateway{functions: map[string]deployed{}, parts: map[string]pathPart{}, integrations: map[string]string{}, methods: map[string]string{}}
}

// join gives the events of the functions that the requests call.
func (g *gateway) join(r *reader, scope string) {
	for _, q := range g.requests {
		e := q.Event
		function := q.function
		switch {
		case q.integration != "":
			function = g.integrations[q.integration]
		case q.part != "":
			function = g.methods[q.part+" "+strings.ToUpper(e.Method)]
			e.Path = g.path(q.part)
		}
		f, ok := g.functions[function]
		if !ok || q.part != "" && e.Path == "" {
			continue
		}
		e.Function, e.Anywhere = f.handler, !f.known
		if f.known {
			e.Code = codeOf(scope, f.folder, f.handler)
		} else {
			e.Code = codeOf("", "", f.handler)
		}
		r.event(e)
	}
}

// path is a part's whole path, "" where the files do not tell.
func (g *gateway) path(part string) string {
	out := ""
	for range maxDepth {
		if part == "/" {
			return "/" + strings.TrimSuffix(out, "/")
		}
		p, ok := g.parts[part]
		if !ok || p.name == "" || marked(p.name) {
			return ""
		}
		part, out = p.parent, p.name+"/"+out
	}
	return ""
}

// routeKey takes "GET /visits" or "$default" apart.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
func routeKey(key string) (method, path string) {
	if method, path, ok := strings.Cut(strings.TrimSpace(key), " "); ok {
		return method, path
	}
	return "", key
}

// gatewayResource reads one of API Gateway's, or a function.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html
func (s *stack) gatewayResource(g *gateway, m *policy.Member) {
	p := get(&m.Value, "Properties")
	property := func(name string) string { return s.text(get(p, name)) }
	switch str(get(&m.Value, "Type")) {
	case "AWS::Lambda::Function":
		d := deployed{handler: property("Handler")}
		if code := get(p, "Code"); code != nil && code.Kind == policy.String {
			d.folder, d.known = str(code), true
		}
		g.functions[m.Name] = d
	case "AWS::Serverless::Function":
		handler := s.ofFunction(p, "Handler")
		folder := s.ofFunction(p, "CodeUri")
		g.functions[m.Name] = deployed{handler, folder, !marked(folder)}
	case "AWS::ApiGateway::Resource":
		parent := s.mentioned(get(p, "ParentId"))
		if s.isAPI(parent) {
			parent = "/"
		}
		g.parts[m.Name] = pathPart{parent, property("PathPart")}
	case "AWS::ApiGateway::Method":
		part := s.mentioned(get(p, "ResourceId"))
		if s.isAPI(part) {
			part = "/"
		}
		q := request{part: part, Event: Event{API: s.referent(get(p, "RestApiId")), Method: property("HttpMethod"), Location: m.At}}
		q.Login = s.authorization(p)
		g.methods[part+" "+strings.ToUpper(q.Method)] = s.mentioned(get(p, "Integration", "Uri"))
		g.requests = append(g.requests, q)
	case "AWS::ApiGatewayV2::Integration":
		g.integrations[m.Name] = s.mentioned(get(p, "IntegrationUri"))
	case "AWS::ApiGatewayV2::Route":
		q := request{integration: s.mentioned(get(p, "Target")), Event: Event{API: s.referent(get(p, "ApiId")), Location: m.At}}
		q.Method, q.Path = routeKey(property("RouteKey"))
		q.Login = s.authorization(p)
		g.requests = append(g.requests, q)
	case "AWS::ApiGatewayV2::Api":
		if target := s.mentioned(get(p, "Target")); target != "" {
			q := request{function: target, Event: Event{API: m.Name, Location: m.At}}
			q.Method, q.Path = routeKey(property("RouteKey"))
			g.requests = append(g.requests, q)
		}
	case "AWS::Lambda::Url":
		q := request{function: s.mentioned(get(p, "TargetFunctionArn")), Event: Event{API: m.Name, Location: m.At}}
		q.Login = login(property("AuthType"), "")
		g.requests = append(g.requests, q)
	}
}

func (s *stack) isAPI(id string) bool {
	return str(get(s.index[id], "Type")) == "AWS::ApiGateway::RestApi" || str(get(s.index[id], "Type")) == "AWS::Serverless::Api"
}

// authorization is a method's or a route's.
func (s *stack) authorization(p *policy.Node) string {
	name := ""
	if n := get(p, "AuthorizerId"); n != nil {
		name = s.referent(n)
	}
	return login(s.text(get(p, "AuthorizationType")), name)
}

// mentioned is the first resource of the template that a value refers to:
// !GetAtt Read.Arn, a Sub with ${Read.Arn}, a Join of them.
func (s *stack) mentioned(n *policy.Node) string {
	if n == nil {
		return ""
	}
	if id := resourceOf(n); s.index[id] != nil {
		return id
	}
	if n.Kind == policy.String {
		for rest := n.Text; ; {
			_, after, found := strings.Cut(rest, "${")
			if !found {
				return ""
			}
			name, after, _ := strings.Cut(after, "}")
			if id, _, _ := strings.Cut(name, "."); s.index[id] != nil {
				return id
			}
			rest = after
		}
	}
	for i := range n.Elements {
		if id := s.mentioned(&n.Elements[i]); id != "" {
			return id
		}
	}
	for i := range n.Members {
		if id := s.mentioned(&n.Members[i].Value); id != "" {
			return id
		}
	}
	return ""
}
