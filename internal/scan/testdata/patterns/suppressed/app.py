import boto3
from flask import Flask, jsonify

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("orders")


@app.route("/orders")
def orders():
    # discreet: ignore[unscoped-scan] -- the table holds public prices alone
    found = table.scan()["Items"]
    return jsonify([o["price"] for o in found])


@app.route("/more")
def more():
    found = table.scan()["Items"]  # discreet: ignore[unscoped-scan]  # want unscoped-scan bad-suppression
    return jsonify([o["price"] for o in found])
