import hashlib

import boto3
from boto3.dynamodb.conditions import Key
from flask import Flask, jsonify, request, session

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("patients")


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


@app.get("/patients/<number>")
def patient(number):
    item = table.get_item(Key={"number_digest": digest(number)})["Item"]  # want unscoped-key
    return jsonify(name=item["name"])


@app.get("/by-number")
def by_number():
    found = table.query(KeyConditionExpression=Key("number_digest").eq(digest(request.args["number"])))  # want unscoped-key
    return jsonify([item["name"] for item in found["Items"]])


@app.get("/own")
def own():
    item = table.get_item(Key={"number_digest": digest(session["user_id"])})["Item"]
    return jsonify(name=item["name"])


@app.get("/by-key")
def by_key():
    found = table.query(IndexName="keys", KeyConditionExpression=Key("password_digest").eq(digest(request.args["key"])))  # want unscoped-key
    return jsonify([item["name"] for item in found["Items"]])


@app.post("/patients")
def add():
    fold = hashlib.md5()  # want weak-hash
    fold.update(request.json["password"].encode())
    table.put_item(Item={"number_digest": digest(request.json["number"]), "fold": fold.hexdigest()})
    return "", 204
