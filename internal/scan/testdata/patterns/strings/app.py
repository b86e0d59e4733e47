"""String expressions, batch reads, PartiQL and a table that is handed in."""
import boto3
from flask import Flask, jsonify, request, session

app = Flask(__name__)
client = boto3.client("dynamodb")


@app.route("/mine")
def mine():
    found = client.query(
        TableName="orders",
        KeyConditionExpression="#u = :uid",
        ExpressionAttributeNames={"#u": "user_id"},
        ExpressionAttributeValues={":uid": {"S": session["user_id"]}},
    )["Items"]
    return jsonify([o["id"]["S"] for o in found])


@app.route("/theirs")
def theirs():
    found = client.query(  # want client-asserted-identity
        TableName="orders",
        KeyConditionExpression="user_id = :uid",
        ExpressionAttributeValues={":uid": {"S": request.args["user_id"]}},
    )["Items"]
    return jsonify([o["id"]["S"] for o in found])


@app.route("/batch", methods=["POST"])
def batch():
    keys = [{"id": {"S": i}} for i in request.json["ids"]]
    found = client.batch_get_item(RequestItems={"orders": {"Keys": keys}})  # want unscoped-key
    return jsonify([o["id"]["S"] for o in found["Responses"]["orders"]])


@app.route("/page")
def page():
    found = client.query(
        TableName="orders",
        KeyConditionExpression="user_id = :uid",
        ExpressionAttributeValues={":uid": {"S": session["user_id"]}},
    )
    return jsonify(ids=[o["id"]["S"] for o in found["Items"]], next=found.get("LastEvaluatedKey"))  # want key-in-token


def configure(app):
    app.orders = boto3.resource("dynamodb").Table("orders")


configure(app)


@app.route("/all")
def everything():
    from flask import current_app

    rows = current_app.orders.scan()["Items"]  # want unscoped-scan
    return jsonify(orders=[{"id": r["id"], "total": r["total"]} for r in rows])


@app.route("/exists")
def exists():
    rows = current_orders().scan(Limit=1)["Items"]
    return jsonify(any=len(rows) > 0)


def current_orders():
    return app.orders
