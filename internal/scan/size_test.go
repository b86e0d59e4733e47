package scan

import (
	"context"
	"fmt"
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

func TestModelsThatHoldOneAnotherAreFollowedSoFarAlone(t *testing.T) {
	app := "import boto3\nfrom fastapi import FastAPI\nfrom pydantic import BaseModel\napp = FastAPI()\ntable = boto3.resource(\"dynamodb\").Table(\"users\")\n"
	for _, pair := range [][2]string{{"A", "B"}, {"B", "C"}, {"C", "A"}} {
		app += "class " + pair[0] + "(BaseModel):\n"
		for i := range 50 {
			app += fmt.Sprintf("    f%d: list[%s]\n", i, pair[1])
		}
	}
	app += "@app.get(\"/u/{id}\", response_model=A)\ndef u(id: str):\n    return table.get_item(Key={\"id\": id})[\"Item\"]\n"
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // each field of each field would take hours
	defer cancel()
	res, err := Scan(ctx, Config{Root: plant(t, map[string]string{"app.py": app})})
	if err != nil || len(res.Findings) == 0 {
		t.Errorf("%v, %+v", err, res)
	}
}
