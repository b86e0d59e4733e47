package scan

import (
	"github.com/discreet-dev/discreet/internal/pyflow"
)

// httpEvent are members that only an event of HTTP has: API Gateway's of both
// versions, a function URL's, a load balancer's.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
var httpEvent = map[string]bool{
	"pathParameters": true, "queryStringParameters": true, "multiValueQueryStringParameters": true, "rawPath": true, "rawQueryString": true,
	"routeKey": true, "httpMethod": true, "multiValueHeaders": true, "path_parameters": true, "query_string_parameters": true,
}

// lambdaAnswer is what of a function's result reaches a caller. API Gateway wants
// a statusCode and a body; what an HTTP API is given without a statusCode is the
// body itself.
func (s *scanner) lambdaAnswer(e *entry, v *pyflow.Value) *pyflow.Value {
	if _, proxy := v.Fields["statusCode"]; proxy {
		return pyflow.Join(v.Field("body"), v.Field("headers"))
	}
	if !s.http[eventOf(e.fn)] {
		return nil
	}
	for _, name := range []string{"policyDocument", "isAuthorized", "principalId"} {
		if _, authorizer := v.Fields[name]; authorizer {
			return nil
		}
	}
	return v
}

// eventOf tells the events of one function from those of another.
func eventOf(fn *pyflow.Func) string { return fn.Module.File.Path + "#" + fn.RefKey() }
