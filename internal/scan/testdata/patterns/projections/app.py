import boto3
from flask import Flask, jsonify, request

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("members")


def run(params):
    return table.scan(**params)  # want unscoped-scan missing-projection


@app.get("/names")
def names():
    found = run({"ProjectionExpression": "member_id, #n", "ExpressionAttributeNames": {"#n": "name"}})
    return jsonify(found["Items"])


@app.get("/secrets")
def secrets():
    found = run({"ProjectionExpression": "member_id, #p", "ExpressionAttributeNames": {"#p": "password_hash"}})
    return jsonify(found["Items"])  # want sensitive-attribute


@app.get("/old")
def old():
    return jsonify(run({"AttributesToGet": ["member_id", "name"]})["Items"])


@app.get("/any")
def anything():
    found = table.scan(ProjectionExpression=request.args["fields"])  # want unscoped-scan
    return jsonify(found["Items"])  # want raw-item


@app.get("/all")
def everything():
    return jsonify(run({})["Items"])  # want raw-item
