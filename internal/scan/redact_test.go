package scan

import (
	"bytes"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/report"
)

const secretNames = `import boto3
from flask import Flask, jsonify, request
app = Flask(__name__)
WEBHOOK_SECRET = "qV7rT2mXw9Kd4LsZ8pHc"
db_password = "pg-4711"
users = {"ann": "Wq8-tr0mbone", "bob": "Lk3-cl4rinet"}
t = boto3.resource("dynamodb").Table("Orders")


@app.post("/hook/" + WEBHOOK_SECRET)
def hook():
    return jsonify(t.get_item(Key={"pk": "HOOK#" + WEBHOOK_SECRET})["Item"])


@app.get("/hook/qV7rT2mXw9Kd4LsZ8pHc/items")
def items():
    rows = t.scan()["Items"]
    return jsonify([{WEBHOOK_SECRET: r["email"], "x": r[WEBHOOK_SECRET], "y": r["pg-4711"]} for r in rows])


@app.post("/login")
def login():
    return jsonify(ok=users[request.form["name"]] == request.form["password"])


@app.get("/band/Lk3-cl4rinet")
def band():
    return jsonify(t.scan()["Items"])


@app.put("/pg-4711/pg-47112/<id>")
def put(id):
    try:
        t.put_item(Item={"pk": id, WEBHOOK_SECRET: "x", "name_qV7rT2mXw9Kd4LsZ8pHc": "y"})
        boto3.resource("dynamodb").Table(WEBHOOK_SECRET).scan()
    except Exception as qV7rT2mXw9Kd4LsZ8pHc:
        return jsonify({"error": str(qV7rT2mXw9Kd4LsZ8pHc), "hint": "qV7rT2mXw9Kd4LsZ8pHc"})
    return jsonify(t.get_item(Key={"pk": WEBHOOK_SECRET})["Item"])
`

// TestASecretThatIsANameIsNotSaid has secrets in every place from which reports
// take the code's own names.
func TestASecretThatIsANameIsNotSaid(t *testing.T) {
	root := plant(t, map[string]string{"app.py": secretNames})
	cfg := Config{Root: root}
	res, err := Scan(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	out := forms(t, res)
	fixes, err := Fix(t.Context(), cfg, res.Findings, nil)
	if err != nil {
		t.Fatal(err)
	}
	var diff bytes.Buffer
	for _, f := range fixes.Files {
		if err := report.Diff(&diff, f.Path, f.Text, f.Edits, f.Hidden...); err != nil {
			t.Fatal(err)
		}
	}
	out["diff"] = diff.Bytes()
	for name, text := range out {
		for _, secret := range []string{"V7rT2mXw9Kd4LsZ8pH", "pg-4711/", `pg-4711"`, "tr0mbone", "cl4rinet"} {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s holds %s:\n%s", name, secret, text)
			}
		}
	}
	if !strings.Contains(string(out["text"]), "POST /hook/REDACTED") || !strings.Contains(string(out["json"]), "/pg-47112/") {
		t.Errorf("names without the secret are gone: %s", out["text"])
	}
}
