package scan

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/discreet-dev/discreet/internal/surface"
)

func surfaceOfSource(t *testing.T, source string) *surface.App {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "app.py"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	res, err := Scan(t.Context(), Config{Root: dir})
	if err != nil {
		t.Fatal(err)
	}
	return res.App
}

func TestTheSurfaceSaysHowTheAppKnowsItsCallers(t *testing.T) {
	const flask = "import boto3\nfrom flask import Flask, request, jsonify\napp = Flask(__name__)\ntable = boto3.resource('dynamodb').Table('Notes')\n"
	tests := map[string]struct {
		source string
		kind   surface.IdentityKind
		name   string
		line   int
	}{
		"nothing":            {flask, surface.NoIdentity, "", 0},
		"a header":           {flask + "@app.get('/')\ndef f():\n    return jsonify(table.get_item(Key={'id': request.headers['X-User-Id']})['Item'])\n", surface.HeaderIdentity, "X-User-Id", 0},
		"a header of others": {flask + "@app.get('/')\ndef f():\n    return request.headers['X-Trace']\n", surface.NoIdentity, "", 0},
		"a session":          {flask + "from flask_login import current_user\n", surface.SessionIdentity, "", 5},
		"a token":            {flask + "import jwt\n", surface.TokenIdentity, "", 5},
		"Amazon Cognito":     {flask + "from flask_cognito import cognito_auth_required\nimport jwt\n", surface.CognitoIdentity, "", 5},
		"an authorizer":      {"import boto3\ndef lambda_handler(event, context):\n    return event[\"requestContext\"][\"authorizer\"][\"claims\"][\"sub\"]\n", surface.TokenIdentity, "", 3},
		"a Cognito pool's":   {"import boto3\ndef lambda_handler(event, context):\n    return event[\"requestContext\"][\"authorizer\"][\"claims\"][\"custom:tenant\"]\n", surface.CognitoIdentity, "", 3},
		"a module of ours":   {flask + "from .jwt import check\n", surface.NoIdentity, "", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := surfaceOfSource(t, test.source).Identity
			if got.Kind != test.kind || got.Name != test.name || got.Start.Line != test.line {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestTheSurfaceSaysWhatNamesWhoseAnItemIs(t *testing.T) {
	app := surfaceOfSource(t, `
import boto3
from flask import Flask, jsonify
app = Flask(__name__)
table = boto3.resource("dynamodb").Table("Notes")

@app.get("/users/<uid>/notes/<note>")
def f(uid, note):
    item = table.get_item(Key={"PK": f"USER#{uid}", "SK": f"NOTE#{note}"})["Item"]
    return jsonify(by=item["created_by"], tenant=item["tenant_id"], text=item["text"])
`)
	owners := map[string]bool{}
	for _, b := range app.Routes[0].Accesses[0].Bindings {
		owners[b.Attribute] = b.Owner
	}
	for _, f := range app.Tables[0].Fields {
		if _, key := owners[f.Name]; !key {
			owners[f.Name] = f.Owner
		}
	}
	for name, want := range map[string]bool{"PK": true, "SK": false, "created_by": true, "tenant_id": false, "text": false} {
		if got, known := owners[name]; got != want || !known {
			t.Errorf("%s: %v, known: %v", name, got, known)
		}
	}
}

func TestTheSurfaceSaysWhereAStoredValueComesFrom(t *testing.T) {
	app := surfaceOfSource(t, `
import boto3
from flask import Flask, request
app = Flask(__name__)
table = boto3.resource("dynamodb").Table("Notes")

@app.post("/notes")
def f():
    body = request.json
    table.put_item(Item={"id": "1", "text": body["text"], "page": request.args["page"], "stars": 0})
    return ""
`)
	got := map[string]surface.Source{}
	for _, w := range app.Routes[0].Accesses[0].Writes {
		got[w.Name] = w.Source
	}
	for name, want := range map[string]surface.Source{"text": surface.FromBody, "page": surface.FromQuery, "stars": surface.Unknown} {
		if got[name] != want {
			t.Errorf("%s comes from the %s", name, got[name])
		}
	}
}
