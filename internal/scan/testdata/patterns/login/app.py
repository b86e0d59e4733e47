"""A login reads by what the caller says of itself, and that is its job."""
import boto3
from flask import Flask, jsonify, make_response, request, session
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


@app.route("/kept-login", methods=["POST"])
def kept_login():
    session["email"] = request.form["email"]
    session["has_password"] = bool(request.form["password"])
    session["password"] = request.form["password"]  # want credential-in-clear
    answer = make_response("welcome")
    answer.set_cookie("theme", request.form["theme"])
    answer.set_cookie("password", request.form["password"])  # want credential-in-clear
    return answer
