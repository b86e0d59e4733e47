package scan

import (
	"reflect"
	"testing"
)

func TestAnOpenAPIDocumentSaysTheSameInYAMLAndInJSON(t *testing.T) {
	yaml := `openapi: 3.0.0
security:
  - bearer: []
paths:
  /users/{userId}:
    parameters:
      - name: userId
        in: path
    get:
      operationId: api.user
      parameters:
        - in: query
          name: fields
          schema: {type: string}
    delete:
      x-openapi-router-controller: api.admin
      operationId: remove
      security: []
  "/users":
    get:
      parameters:
        - {name: page, in: query, schema: {type: integer}}
      security:
        - bearer: []
        - {}
      responses: {"200": {description: all}}
components:
  schemas:
    User: {type: object}
`
	json := `{"openapi": "3.0.0", "security": [{"bearer": []}], "paths": {
		"/users/{userId}": {
			"parameters": [{"name": "userId", "in": "path"}],
			"get": {"operationId": "api.user", "parameters": [{"name": "fields", "in": "query"}]},
			"delete": {"operationId": "remove", "x-openapi-router-controller": "api.admin", "security": []}},
		"/users": {"get": {"security": [{"bearer": []}, {}], "parameters": [{"name": "page", "in": "query"}]}}}}`
	want := map[string]operation{
		"GET /users/{userId}":    {"GET", "/users/{userId}", "api.user", "", true, map[string]string{"userId": "path", "fields": "query"}},
		"DELETE /users/{userId}": {"DELETE", "/users/{userId}", "remove", "api.admin", false, map[string]string{"userId": "path"}},
		"GET /users":             {"GET", "/users", "", "", false, map[string]string{"page": "query"}},
	}
	for format, text := range map[string]string{"YAML": yaml, "JSON": json} {
		got := map[string]operation{}
		for _, op := range readOperations(text) {
			got[op.method+" "+op.path] = op
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", format, got, want)
		}
	}
}

func TestAResolverNamesWhatAnswersAnOperation(t *testing.T) {
	tests := []struct{ made, method, path, id, controller, want string }{
		{`RestyResolver("api")`, "GET", "/", "", "", "api.get"},
		{`RestyResolver("api")`, "GET", "/foo-bar", "", "", "api.foo_bar.search"},
		{`RestyResolver("api", collection_endpoint_name="list")`, "GET", "/foo", "", "", "api.foo.list"},
		{`RestyResolver("api")`, "GET", "/foo/{id}", "", "", "api.foo.get"},
		{`RestyResolver("api")`, "GET", "/foo/{id}/bar", "", "", "api.foo.bar.search"},
		{`RestyResolver("api")`, "POST", "/foo", "other.make", "", "other.make"},
		{`RestyResolver("api")`, "POST", "/foo", "", "own", "own.post"},
		{`MethodResolver("api")`, "GET", "/foo_bar", "", "", "api.FooBarView.search"},
		{`MethodViewResolver("api")`, "GET", "/foo", "", "", "api.FooView.get"},
		{`RelativeResolver(root_path="api")`, "GET", "/foo", "one", "", "api.one"},
		{`RelativeResolver("api")`, "GET", "/foo", "one", "own", "own.one"},
		{`connexion.FlaskApp("api")`, "GET", "/foo", "api.one", "", "api.one"},
	}
	for _, test := range tests {
		r, _ := resolverIn("app.add_api(resolver=" + test.made + ")")
		if got := r.name(operation{method: test.method, path: test.path, id: test.id, controller: test.controller}); got != test.want {
			t.Errorf("%s: %s %s is answered by %q, want %q", test.made, test.method, test.path, got, test.want)
		}
	}
}
