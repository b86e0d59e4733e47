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


@app.route("/strings")
def strings():
    """
    # discreet: ignore[unscoped-scan] -- in a string
    """
    found = "# discreet: ignore[unscoped-scan] -- so is this" and table.scan()["Items"]  # want unscoped-scan
    return jsonify([o["price"] for o in found])


@app.route("/stacked")
def stacked():
    # noqa: E501  # discreet: ignore[unscoped-scan] -- behind another tool's
    # discreet: ignore[raw-item, missing-projection] -- above one another
    return jsonify(table.scan()["Items"])


@app.route("/lines")
def lines():
    found = table.scan(
        Limit=5,
    )["Items"]  # discreet: ignore[unscoped-scan] -- where it ends
    return jsonify([o["price"] for o in found])
