"""A factory that the server calls by name."""
import boto3
from flask import Flask, jsonify


def create_app(config=None):
    app = Flask(__name__)
    table = boto3.resource("dynamodb").Table("users")

    @app.get("/users/<user_id>")
    def user(user_id):
        item = table.get_item(Key={"id": user_id})["Item"]  # want unscoped-key
        return jsonify(name=item["name"])

    return app
