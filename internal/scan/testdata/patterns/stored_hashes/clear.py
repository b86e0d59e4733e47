"""What is stored in clear is in the answer in clear, too."""
import base64

import boto3
from flask import Blueprint, jsonify, request

clear = Blueprint("clear", __name__)
accounts = boto3.resource("dynamodb").Table("accounts")


@clear.post("/accounts")
def add():
    body = request.get_json()
    item = {"name": body["name"], "password": base64.b64encode(body["password"].encode()).decode()}
    accounts.put_item(Item=item)  # want credential-in-clear
    return jsonify({"account": item}), 201  # want sensitive-attribute


@clear.post("/accounts/quiet")
def add_quietly():
    body = request.get_json()
    item = {"name": body["name"], "password": body["password"]}
    accounts.put_item(Item=item)  # want credential-in-clear
    return jsonify({"account": item["name"]}), 201
