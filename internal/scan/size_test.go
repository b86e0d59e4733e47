package scan

import (
	"strings"
	"testing"
	"time"
)

func TestAValuePutManyTimesIntoTheNextIsFollowedToItsEnd(t *testing.T) {
	head := "import boto3\nfrom flask import Flask, request, jsonify\napp = Flask(__name__)\ntable = boto3.resource(\"dynamodb\").Table(\"t\")\n\n" +
		"@app.get(\"/x\")\ndef x():\n    d = table.get_item(Key={\"id\": request.args[\"id\"]})[\"Item\"]\n"
	names := strings.Fields(strings.Repeat("a ", 60))
	for i := range names {
		names[i] += strings.Repeat("b", i)
	}
	for name, step := range map[string]string{
		"dict":  "    d = {\"" + strings.Join(names, "\": d, \"") + "\": d}\n",
		"call":  "    d = dict(" + strings.Join(names, "=d, ") + "=d)\n",
		"tuple": "    d = (" + strings.Repeat("d, ", 60) + ")\n",
		"item":  "    e = {}\n    e[\"" + strings.Join(names, "\"] = d\n    e[\"") + "\"] = d\n    d = e\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := plant(t, map[string]string{"app.py": head + strings.Repeat(step, 6) + "    return jsonify(d)\n"})
			done := make(chan *Result, 1)
			go func() {
				res, _ := Scan(t.Context(), Config{Root: root})
				done <- res
			}()
			select {
			case res := <-done:
				if res == nil || len(res.Findings) == 0 {
					t.Error("what the route answers is no longer found")
				}
			case <-time.After(3 * time.Minute): // what grows with every step would take years
				t.Fatal("still being followed after three minutes")
			}
		})
	}
}
