"""What a refusal names of an item is not the item's answer."""
import boto3
from flask import Flask, jsonify

app = Flask(__name__)
users = boto3.resource("dynamodb").Table("users")


class UnknownRole(Exception):
    def __init__(self, role):
        super().__init__(role)
        self.role = role

    def __str__(self):
        return f"there is no role {self.role}"


def role_of(user_id):
    item = users.get_item(Key={"user_id": user_id})["Item"]
    if item["role"] not in ("reader", "writer"):
        raise UnknownRole(item["role"])
    return "known"


@app.route("/roles/<user_id>")
def role(user_id):
    try:
        return jsonify(state=role_of(user_id))
    except UnknownRole as e:
        return jsonify(error=str(e)), 400


@app.route("/users/<user_id>")
def name(user_id):
    item = users.get_item(Key={"user_id": user_id})["Item"]  # want unscoped-key
    if not item["name"]:
        raise UnknownRole(item["role"])
    return jsonify(name=item["name"])
