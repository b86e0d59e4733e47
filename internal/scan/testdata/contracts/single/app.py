"""One table: what is hidden depends on the type that the key selects."""
import boto3
from boto3.dynamodb.conditions import Key
from flask import Flask, jsonify, request, session

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("app")


def user():
    return table.get_item(Key={"PK": f"USER#{session['user_id']}", "SK": "PROFILE"})["Item"]


@app.get("/me")
def me():
    item = user()
    code = item["code"]  # want unseen-attribute
    return jsonify({"name": item["name"], "code": code})  # want sensitive-attribute


@app.get("/orders")
def orders():
    found = table.query(KeyConditionExpression=Key("PK").eq("USER#" + session["user_id"]) & Key("SK").begins_with("ORDER#"))
    return jsonify([{"code": o["code"], "who": o["secret_santa"], "key": o["SK"]} for o in found["Items"]])


@app.get("/cards")
def cards():
    found = table.query(KeyConditionExpression=Key("PK").eq("USER#" + session["user_id"]) & Key("SK").begins_with("ORDER#"))
    card = found["Items"][0]["card"]
    return jsonify({  # want sensitive-attribute sensitive-attribute
        "last": card["last"],
        "number": card["number"],  # want unseen-attribute
    })


@app.post("/orders")
def create():
    # The name sounds like a credential; the contract says that it is none.
    table.put_item(Item={"PK": "USER#" + session["user_id"], "SK": "ORDER#1", "secret_santa": request.json["secret_santa"]})
    return "", 204
