package scan

import (
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/template"
)

func TestARouteIsAskedByTheRequestThatAPIGatewayChooses(t *testing.T) {
	events := []template.Event{
		{Path: "/users/{id}", Login: "one"},
		{Path: "/users/me", Method: "GET", Login: "me"},
		{Path: "/users/{proxy+}", Login: "below"},
		{Path: "/users/me", Method: "OPTIONS"},
		{Path: "/open/{id}", Method: "GET"},
		{Path: "/open/{id}", Method: "PUT", Login: "put"},
		{Login: "rest"},
	}
	tests := map[string]string{
		"GET /users/<int:id>": "one", "GET /users/me": "me", "PUT /users/me": "one", "GET /users/<id>/visits": "below", "GET /users": "rest",
		"GET /": "rest", "GET /open/<id>": "", "PUT /open/<id>": "put", " /open/<id>": ",put", "GET /open/<id>/": "",
	}
	for request, want := range tests {
		method, path, _ := strings.Cut(request, " ")
		if got := strings.Join(loginsOfBest(events, method, partsOf(path)), ","); got != want {
			t.Errorf("%s is let through by %q, want %q", request, got, want)
		}
	}
}

func TestAFindingSaysWhichAuthorizerStandsBeforeTheRoute(t *testing.T) {
	res, err := Scan(t.Context(), Config{Root: "testdata/patterns/gateway_serverless"})
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, f := range res.Findings {
		said[f.Group] = strings.Contains(f.Message, "Every caller whom the authorizer staff lets through can.")
	}
	if !said["Lambda signed"] || said["Lambda both"] || said["Lambda keyed"] {
		t.Errorf("%v", said)
	}
	for _, r := range res.App.Routes {
		if want := r.Title == "Lambda signed" || r.Path == "/settings" || r.Path == "/rates/{day}" || r.Path == "/own"; r.Authenticated != want {
			t.Errorf("%s asks for a login: %v", r.Title, r.Authenticated)
		}
	}
}

func TestAnAppIsBehindTheFunctionsThatHandTheirEventsToIt(t *testing.T) {
	const head = "import boto3, functools\nfrom flask import Flask, jsonify\nfrom mangum import Mangum\nfrom aws_lambda_powertools.event_handler import APIGatewayRestResolver\n" +
		"table = boto3.resource('dynamodb').Table('vault')\napp = Flask(__name__)\n@app.get('/keys')\ndef keys():\n    item = table.get_item(Key={'id': 'keys'})['Item']\n    return {'code': item['code']}\n"
	const config = "service: s\nprovider: {name: aws}\nfunctions:\n  f: {handler: app.handler, events: [{http: {path: '/{proxy+}', method: any, authorizer: aws_iam}}]}\n"
	tests := map[string]struct {
		code  string
		gated bool
	}{
		"an adapter":            {head + "handler = Mangum(app)\n", true},
		"an adapter within":     {head + "def handler(event, context):\n    return Mangum(app)(event, context)\n", true},
		"a resolver":            {strings.Replace(head, "Flask(__name__)", "APIGatewayRestResolver()", 1) + "def handler(event, context):\n    return app.resolve(event, context)\n", true},
		"a function in between": {head + "inner = Mangum(app)\ndef outer(event, context):\n    return inner(event, context)\ndef handler(event, context):\n    return outer(event, context)\n", true},
		"a job with the app":    {head + "def handler(event, context):\n    with app.app_context():\n        app.logger.info('nightly')\n", false},
		"nobody":                {head, false},
	}
	for name, test := range tests {
		res, err := Scan(t.Context(), Config{Root: plant(t, map[string]string{"app.py": test.code, "serverless.yml": config})})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range res.App.Routes {
			if r.Path == "/keys" && r.Authenticated != test.gated {
				t.Errorf("%s: asks for a login: %v", name, r.Authenticated)
			}
		}
		if len(res.App.Routes) == 0 {
			t.Errorf("%s: no route", name)
		}
	}
}
