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
		"factory.py": `from flask import Flask

import parts


def create_app():
    app = Flask(__name__)
    parts.install(app)
    return app
`,
		"parts.py": `import boto3
from flask import Blueprint

bp = Blueprint("parts", __name__)


class Tables:
    def init_app(self, app):
        self.notes = boto3.resource("dynamodb").Table(app.config["NOTES_TABLE"])


tables = Tables()


@bp.get("/<id>")
def note(id):
    return tables.notes.get_item(Key={"id": id})["Item"]["text"]


def install(app):
    tables.init_app(app)
    app.register_blueprint(bp, url_prefix="/notes")
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
	if want := []string{"GET /at/<id>", "GET /notes/<id>", "GET /other/<id>", "GET /plain/<id>"}; !slices.Equal(titles, want) {
		t.Errorf("%q, want %q", titles, want)
	}
	for _, table := range res.App.Tables {
		if table.Name == "NOTES_TABLE" && table.Setting {
			return
		}
	}
	t.Errorf("no table of the setting NOTES_TABLE: %+v", res.App.Tables)
}
