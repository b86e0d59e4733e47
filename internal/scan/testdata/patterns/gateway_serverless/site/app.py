"""Flask that a plugin's adapter hands every request to."""
import boto3
from flask import Flask, jsonify, request

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("settings")


@app.route("/settings")
def settings():
    item = table.get_item(Key={"id": "settings"})["Item"]
    return jsonify(email=item["admin_email"])


@app.route("/health")
def health():
    item = table.get_item(Key={"id": "settings"})["Item"]  # want missing-authentication
    return jsonify(email=item["api_key"])  # want sensitive-attribute


@app.route("/rates/<day>", methods=["GET", "PUT"])
def rates(day):
    item = table.get_item(Key={"id": "rates"})["Item"]
    return jsonify(token=item["api_key"])  # want sensitive-attribute


@app.route("/own")
def own():
    who = request.environ["serverless.event"]["requestContext"]["authorizer"]["claims"]["sub"]
    return jsonify(reason=table.get_item(Key={"patient": who})["Item"]["reason"])
