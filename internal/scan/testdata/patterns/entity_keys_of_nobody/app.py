import os

import boto3
from flask import Flask, jsonify, request

app = Flask(__name__)
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


@app.post("/rates")
def create():
    body = request.get_json()
    table.put_item(Item={"pk": "CURRENCY#" + body["currency"], "sk": "DAY#" + body["day"], "rate": body["rate"]})
    return "", 201


@app.get("/rates/<currency>/<day>")
def rate(currency, day):
    item = table.get_item(Key={"pk": f"CURRENCY#{currency}", "sk": f"DAY#{day}"})["Item"]
    return jsonify({"rate": item["rate"]})
