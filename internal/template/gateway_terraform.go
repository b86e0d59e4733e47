package template

import "strings"

// answersHTTP are API Gateway's resources, and functions.
func answersHTTP(kind string) bool {
	return strings.HasPrefix(kind, "aws_api_gateway_") || strings.HasPrefix(kind, "aws_apigatewayv2_") || kind == "aws_lambda_function" || kind == "aws_lambda_function_url"
}

// gatewayResource reads one of API Gateway's, or a function.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/apigatewayv2_route
func (a aws) gatewayResource() {
	g := a.gateways[a.scope]
	if g == nil {
		if a.gateways == nil {
			a.reader.gateways = map[string]*gateway{}
		}
		g = newGateway()
		a.gateways[a.scope] = g
	}
	property := func(name string) string { return str(a.value(name)) }
	switch a.kind {
	case "aws_lambda_function":
		g.functions[a.address] = deployed{handler: property("handler")}
		if name := property("function_name"); name != "" {
			g.functions["function:"+name] = g.functions[a.address]
		}
	case "aws_api_gateway_resource":
		g.parts[a.address] = pathPart{a.partOf(property("parent_id")), property("path_part")}
	case "aws_api_gateway_method":
		q := request{part: a.partOf(property("resource_id")), Event: Event{API: a.referred(property("rest_api_id")), Method: property("http_method"), Location: a.at}}
		q.Login = a.authorization(property("authorization"))
		g.requests = append(g.requests, q)
	case "aws_api_gateway_integration":
		g.methods[a.partOf(property("resource_id"))+" "+strings.ToUpper(property("http_method"))] = a.functionOf(property("uri"))
	case "aws_apigatewayv2_integration":
		g.integrations[a.address] = a.functionOf(property("integration_uri"))
	case "aws_apigatewayv2_route":
		q := request{integration: a.referred(property("target")), Event: Event{API: a.referred(property("api_id")), Location: a.at}}
		q.Method, q.Path = routeKey(property("route_key"))
		q.Login = a.authorization(property("authorization_type"))
		g.requests = append(g.requests, q)
	case "aws_apigatewayv2_api":
		if target := property("target"); target != "" {
			q := request{function: a.functionOf(target), Event: Event{API: a.address, Location: a.at}}
			q.Method, q.Path = routeKey(property("route_key"))
			g.requests = append(g.requests, q)
		}
	case "aws_lambda_function_url":
		q := request{function: a.functionOf(property("function_name")), Event: Event{API: a.address, Location: a.at}}
		q.Login = login(property("authorization_type"), "")
		g.requests = append(g.requests, q)
	}
}

func (a aws) authorization(kind string) string {
	name := ""
	if id := str(a.value("authorizer_id")); id != "" {
		_, name, _ = strings.Cut(a.referred(id), "_authorizer.")
	}
	return login(kind, name)
}

// referred is the address of the resource that a text refers to: what is known
// of it when it is applied stands in the text by its address.
func (a aws) referred(text string) string {
	text, _ = a.unknowns.written(text)
	start, end := strings.Index(text, "${"), strings.LastIndexByte(text, '}') // a key of for_each may have braces of its own
	if start < 0 || end < start {
		return ""
	}
	text = text[start+2 : end]
	return text[:max(0, strings.LastIndexByte(text, '.'))]
}

// partOf is the part of a path that a text refers to; "/" is an API's root.
func (a aws) partOf(text string) string {
	written, _ := a.unknowns.written(text)
	if strings.Contains(written, "root_resource_id") {
		return "/"
	}
	return a.referred(text)
}

// functionOf is the function that a text names, by its address or in an ARN.
func (a aws) functionOf(text string) string {
	if address := a.referred(text); strings.Contains(address, "aws_lambda_function.") {
		return address
	}
	_, name, found := strings.Cut(text, ":function:")
	if !found {
		name = text
	}
	name, _, _ = strings.Cut(name, "/")
	return "function:" + name
}
