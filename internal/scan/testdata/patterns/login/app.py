"""A login reads by what the caller says of itself, and that is its job."""
import boto3
from flask import Flask, jsonify, request
from werkzeug.security import check_password_hash

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("accounts")


@app.route("/login", methods=["POST"])
def login():
    data = request.get_json()
    item = table.get_item(Key={"email": data["email"]}).get("Item")
    if item is None or not check_password_hash(item["password_hash"], data["password"]):
        return jsonify(error="wrong e-mail address or password"), 401
    return jsonify(name=item["name"])


@app.route("/clear-login", methods=["POST"])
def clear_login():
    data = request.get_json()
    item = table.get_item(Key={"email": data["email"]}).get("Item")
    if item["password"] == data["password"]:  # want credential-in-clear
        return jsonify(name=item["name"])
    return jsonify(error="wrong e-mail address or password"), 401
