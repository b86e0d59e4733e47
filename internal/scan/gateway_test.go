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
		if got := strings.Join(requestsChosen(events, method, partsOf(path)), ","); got != want {
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
