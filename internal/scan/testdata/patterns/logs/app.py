import hashlib
import logging

import boto3
import requests
from flask import Flask, jsonify, request

app = Flask(__name__)
logger = logging.getLogger(__name__)
chats = boto3.resource("dynamodb").Table("chat-lines")
visits = boto3.resource("dynamodb").Table("visits")
lamps = boto3.resource("dynamodb").Table("lamps")


@app.get("/lines/<room>")
def lines(room):
    items = chats.query(KeyConditionExpression="room = :r", ExpressionAttributeValues={":r": room})["Items"]  # want unscoped-key
    out = [{"by": i["handle"], "message": i["message"]} for i in items]
    app.logger.info(f"lines {out}")  # want sensitive-log
    app.logger.info("%d lines of %s", len(out), room)
    return jsonify(out)


@app.get("/visits/<day>")
def visits_of(day):
    items = visits.query(KeyConditionExpression="day = :d", ExpressionAttributeValues={":d": day})["Items"]
    print(items)  # want sensitive-log
    return jsonify(count=len(items))


@app.post("/visits")
def visit():
    visits.put_item(Item={"day": request.json["day"], "phone": request.json["phone"]})
    return "", 204


@app.get("/orders")
def orders():
    found = lamps.query(KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": "ALL"}, ProjectionExpression="pk, address")
    print(found)  # want sensitive-log
    found = lamps.query(KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": "ALL"}, ProjectionExpression="pk, watts")
    print(found)
    return jsonify(count=found["Count"])


@app.post("/cards")
def card():
    lead = {}
    for part in requests.get("https://reader.example/parts").json()["parts"]:
        if part["kind"] == "mail":
            lead["Email"] = part["text"]
        else:
            lead["Company"] = part["text"]
    print(lead)  # want sensitive-log
    logger.info(f"read {lead}")  # want sensitive-log
    logger.info({"email": "off"})
    print({"email": hashlib.sha256(lead["Email"].encode()).hexdigest()})
    return "", 204
