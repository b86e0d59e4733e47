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
		"/users": {"get": {"parameters": [{"name": "page", "in": "query"}]}}}}`
	want := map[string]operation{
		"GET /users/{userId}":    {"GET", "/users/{userId}", "api.user", "", true, map[string]string{"userId": "path", "fields": "query"}},
		"DELETE /users/{userId}": {"DELETE", "/users/{userId}", "remove", "api.admin", false, map[string]string{"userId": "path"}},
		"GET /users":             {"GET", "/users", "", "", true, map[string]string{"page": "query"}},
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
