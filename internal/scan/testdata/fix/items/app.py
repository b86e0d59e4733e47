"""What the code stores says what an item has."""
import boto3
from boto3.dynamodb.conditions import Key
from flask import Flask, jsonify, request, session

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("profiles")
notes = boto3.resource("dynamodb").Table("notes")
HIDDEN = ["internal"]


@app.post("/profiles")
def create():
    data = request.get_json()
    table.put_item(Item={"user_id": session["user_id"], "name": data["name"], "password_hash": digest(data), "internal": 1})
    return "", 201


@app.get("/me")
def me():
    item = table.get_item(Key={"user_id": session["user_id"]})["Item"]
    return jsonify(item)


@app.get("/maybe")
def maybe():
    item = table.get_item(Key={"user_id": session["user_id"]}).get("Item")
    return jsonify(profile=item), 200


@app.get("/mine")
def mine():
    found = table.query(KeyConditionExpression=Key("user_id").eq(session["user_id"]))
    return {"profiles": found["Items"]}


@app.get("/listed")
def listed():
    item = table.get_item(Key={"user_id": session["user_id"]})["Item"]
    return jsonify({k: v for k, v in item.items() if k not in HIDDEN})


@app.post("/notes")
def note():
    notes.put_item(Item=request.get_json())
    return "", 201


@app.get("/notes")
def all_notes():
    return jsonify(notes.get_item(Key={"user_id": session["user_id"]})["Item"])
