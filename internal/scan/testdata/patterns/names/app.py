"""Names that mislead: a pw that is a response, a password that is hashed by its only caller."""
import logging

import bcrypt
import boto3
from flask import Flask, request

app = Flask(__name__)
log = logging.getLogger(__name__)
table = boto3.resource("dynamodb").Table("settings")


def store(name, password):
    log.info("storing %s", name)
    table.put_item(Item={"name": name, "password": password})


@app.route("/users", methods=["POST"])
def create():
    data = request.get_json()
    store(data["name"], bcrypt.hashpw(data["password"].encode(), bcrypt.gensalt()))
    pw = table.put_item(Item={"name": "last", "value": "x"})
    log.info("stored: %s", pw)
    return "", 201


def store_clear(name, password):
    table.put_item(Item={"name": name, "password": password})  # want credential-in-clear


@app.route("/clear", methods=["POST"])
def create_clear():
    data = request.get_json()
    store_clear(data["name"], data["password"])
    log.info("new user %s", data["email"])  # want sensitive-log
    return "", 201
