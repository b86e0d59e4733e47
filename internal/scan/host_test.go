package scan

import (
	"slices"
	"testing"
)

func TestARouteIsCalledByItsWholePath(t *testing.T) {
	root := plant(t, map[string]string{
		"restx.py": `import boto3
from flask import Flask
from flask_restx import Api, Namespace, Resource

api = Api(Flask(__name__))
items = boto3.resource("dynamodb").Table("items")
plain, rooted = api.namespace("plain"), api.namespace("rooted", path="/")
given = Namespace("given", path="/other/")
api.add_namespace(given)


@plain.route("/<id>")
class Plain(Resource):
    def get(self, id):
        return items.get_item(Key={"id": id})["Item"]["name"]


@rooted.route("/at/<id>")
class Rooted(Resource):
    def get(self, id):
        return items.get_item(Key={"id": id})["Item"]["name"]


@given.route("/<id>")
class Given(Resource):
    def get(self, id):
        return items.get_item(Key={"id": id})["Item"]["name"]
`,
	})
	res, err := Scan(t.Context(), Config{Root: root})
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, r := range res.App.Routes {
		titles = append(titles, r.Title)
	}
	slices.Sort(titles)
	if want := []string{"GET /at/<id>", "GET /other/<id>", "GET /plain/<id>"}; !slices.Equal(titles, want) {
		t.Errorf("%q, want %q", titles, want)
	}
}
