package scan

import "testing"

func TestAFindingNamesEveryRouteThatComesByItsPlace(t *testing.T) {
	root := plant(t, map[string]string{"app.py": `import boto3
from flask import Flask, jsonify
from flask_login import login_required

app = Flask(__name__)
users = boto3.resource("dynamodb").Table("users")


def find(user_id):
    return users.get_item(Key={"user_id": user_id})["Item"]


@app.get("/a/<user_id>")
@login_required
def a(user_id):
    return jsonify(name=find(user_id)["name"])


@app.get("/b/<user_id>")
@login_required
def b(user_id):
    return jsonify(city=find(user_id)["city"])


@app.get("/c/<user_id>")
@login_required
def c(user_id):
    return jsonify(found=bool(find(user_id)))
`})
	res, err := Scan(t.Context(), Config{Root: root})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Findings) != 1 || res.Findings[0].Rule != "unscoped-key" {
		t.Fatalf("findings: %+v", res.Findings)
	}
	f := res.Findings[0]
	if f.Group != "GET /a/<user_id>" || len(f.Related) != 1 || f.Related[0].Text != "also by GET /b/<user_id>" || f.Related[0].Start.Line != 21 {
		t.Errorf("%s, and %+v", f.Group, f.Related)
	}
}
