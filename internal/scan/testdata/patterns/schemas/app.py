"""What a schema leaves out: by only=, exclude= and load_only=, wherever they stand."""
import boto3
from flask import Flask, jsonify, session
from flask_smorest import Blueprint
from marshmallow import Schema, fields

app = Flask(__name__)
blp = Blueprint("staff", __name__)
table = boto3.resource("dynamodb").Table("employees")
PRIVATE = ("api_key",)


def own():
    return table.get_item(Key={"id": session["user_id"]})["Item"]


class StaffSchema(Schema):
    id = fields.String()
    api_key = fields.String()


class EntrySchema(Schema):
    id = fields.String()
    api_key = fields.String(load_only=True)


class WithoutSchema(StaffSchema):
    class Meta:
        exclude = ("api_key",)


class InOnlySchema(StaffSchema):
    class Meta:
        load_only = ("api_key",)


class RenamedSchema(Schema):
    number = fields.String(attribute="api_key")


class ShortSchema(StaffSchema):
    class Meta:
        fields = ("id",)


@app.get("/full")
def full():
    return jsonify(StaffSchema().dump(own()))  # want sensitive-attribute


@app.get("/excluded")
def excluded():
    return jsonify(StaffSchema(exclude=PRIVATE).dump(own()))


@app.get("/other")
def other():
    return jsonify(StaffSchema(exclude=["id"]).dump(own()))  # want sensitive-attribute


@app.get("/only")
def only():
    return jsonify(StaffSchema(only=("id",)).dump(own()))


@app.get("/only-key")
def only_key():
    return jsonify(StaffSchema(only=("id", "api_key")).dump(own()))  # want sensitive-attribute


@app.get("/load-only")
def load_only():
    return jsonify(StaffSchema(many=True, load_only=["api_key"]).dump([own()]))


@app.get("/field")
def field():
    return jsonify(EntrySchema().dump(own()))


@app.get("/meta")
def meta():
    return jsonify(WithoutSchema().dump(own()), InOnlySchema().dump(own()), ShortSchema().dump(own()))


@app.get("/renamed")
def renamed():
    return jsonify(RenamedSchema().dump(own()))  # want sensitive-attribute


@blp.route("/response")
@blp.response(200, StaffSchema(exclude=("api_key",)))
def response():
    return own()


@blp.route("/response/full")
@blp.response(200, StaffSchema)
def response_full():
    return own()  # want sensitive-attribute
