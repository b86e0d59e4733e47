import boto3
from flask import Flask, jsonify, session

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("profiles")


@app.get("/me")
def me():
    item = table.get_item(Key={"user_id": session["user_id"]})["Item"]
    return jsonify({"name": item["name"], "hash": item["password_hash"]})


@app.get("/lines")
def lines():
    item = table.get_item(Key={"user_id": session["user_id"]})["Item"]
    return {
        "name": item["name"],
        "password_hash": item["password_hash"],
    }


@app.get("/words")
def words():
    item = table.get_item(Key={"user_id": session["user_id"]})["Item"]
    return jsonify(password_hash=item.get("password_hash"), name=item["name"])
