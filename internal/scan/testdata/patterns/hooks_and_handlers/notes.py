import boto3
from boto3.dynamodb.conditions import Key
from flask import Blueprint, g, jsonify

notes = Blueprint("notes", __name__, url_prefix="/notes")
table = boto3.resource("dynamodb").Table("notes")


@notes.before_request
def who():
    if g.user is None:
        return jsonify(error="sign in"), 401


@notes.route("/")
def own():
    found = table.query(KeyConditionExpression=Key("user_id").eq(g.user))["Items"]
    return jsonify([n["text"] for n in found])


@notes.route("/<note_id>")
def any_note(note_id):
    note = table.get_item(Key={"note_id": note_id})["Item"]  # want unscoped-key
    return jsonify(text=note["text"])
