import boto3
from chalice import Chalice

chalice = Chalice(app_name="notes")
table = boto3.resource("dynamodb").Table("notes")


@chalice.route("/notes/{note_id}", methods=["GET"])
def note(note_id):
    return table.get_item(Key={"id": note_id})["Item"]  # want unscoped-key raw-item


@chalice.route("/mine", authorizer="cognito")
def mine():
    user = chalice.current_request.context["authorizer"]["claims"]["sub"]
    return {"text": table.get_item(Key={"user": user})["Item"]["text"]}
