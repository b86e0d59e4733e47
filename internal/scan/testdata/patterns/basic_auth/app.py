"""HTTP's own authentication: whom the header names is proven where a login stands before."""
import boto3
from flask import Flask, jsonify, request
from flask_httpauth import HTTPBasicAuth
from werkzeug.security import check_password_hash

app = Flask(__name__)
auth = HTTPBasicAuth()
table = boto3.resource("dynamodb").Table("users")


@auth.verify_password
def verify(username, password):
    user = table.get_item(Key={"username": username}).get("Item")
    return user is not None and check_password_hash(user["password"], password)


@app.get("/me")
@auth.login_required
def me():
    item = table.get_item(Key={"username": request.authorization.username})["Item"]
    return jsonify({"name": item["name"], "phone": item["phone"]})


@app.get("/me/name")
@auth.login_required
def name():
    item = table.get_item(Key={"username": request.authorization["username"]})["Item"]
    return jsonify({"name": item["name"]})


@app.get("/unproven")
def unproven():
    item = table.get_item(Key={"username": request.authorization.username})["Item"]  # want client-asserted-identity
    return jsonify({"name": item["name"]})


@app.get("/other")
@auth.login_required
def other():
    item = table.get_item(Key={"username": request.args["username"]})["Item"]  # want client-asserted-identity
    return jsonify({"name": item["name"]})
