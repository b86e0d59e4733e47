import uuid

import boto3
from flask import Blueprint, jsonify, request, session
from werkzeug.security import check_password_hash

own = Blueprint("own", __name__)
people = boto3.resource("dynamodb").Table("people")


@own.get("/me")
def me():
    item = people.get_item(Key={"user_id": session["user_id"]})["Item"]
    return jsonify(name=item["name"], date_of_birth=item["date_of_birth"], ssn=item["ssn"])  # want sensitive-attribute


@own.get("/me/secrets")
def secrets_of_mine():
    item = people.get_item(Key={"user_id": session["user_id"]})["Item"]
    return jsonify(password_hash=item["password_hash"])  # want sensitive-attribute


@own.get("/people/<user_id>")
def person(user_id):
    item = people.get_item(Key={"user_id": user_id})["Item"]  # want unscoped-key
    return jsonify(date_of_birth=item["date_of_birth"], name=item["name"])  # want sensitive-attribute


@own.post("/login")
def login():
    item = people.get_item(Key={"user_id": request.json["user_id"]})["Item"]
    if not check_password_hash(item["password_hash"], request.json["password"]):
        return jsonify(error="unknown"), 401
    return jsonify(token=item["access_token"])


@own.post("/devices/<device_id>")
def device(device_id):
    table = boto3.resource("dynamodb").Table("meters")
    old = table.get_item(Key={"device_id": device_id}).get("Item")  # want unscoped-key
    if old:
        return jsonify(token=old["token"])
    token = str(uuid.uuid4())
    table.put_item(Item={"device_id": device_id, "token": token})
    return jsonify(token=token)
