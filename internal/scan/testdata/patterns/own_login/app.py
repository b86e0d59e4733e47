import boto3
from boto3.dynamodb.conditions import Attr, Key
from flask import Flask, g, jsonify

from guards import api_answer, role_required, signed_in, token_required, trusting

app = Flask(__name__)
orders = boto3.resource("dynamodb").Table("orders")


@app.route("/orders")
@token_required
def own_orders(current_user):
    found = orders.query(KeyConditionExpression=Key("username").eq(current_user["username"]))
    return jsonify([{"id": o["id"], "total": o["total"]} for o in found["Items"]])


@app.route("/orders/<order_id>")
@token_required
def any_order(current_user, order_id):
    order = orders.get_item(Key={"id": order_id})["Item"]  # want unscoped-key
    return jsonify(total=order["total"])


@app.route("/orders/<order_id>/checked")
@token_required
def checked_order(current_user, order_id):
    order = orders.get_item(Key={"id": order_id})["Item"]
    if order["username"] != current_user["username"]:
        return jsonify(error="not yours"), 403
    return jsonify(total=order["total"])


@app.route("/account")
@signed_in
def account():
    found = orders.query(KeyConditionExpression=Key("username").eq(g.account))
    return jsonify(count=found["Count"], ids=[o["id"] for o in found["Items"]])


@app.route("/orders/open")
@role_required("clerk", "manager")
def open_orders():
    found = orders.scan(FilterExpression=Attr("state").eq("open"))
    return jsonify([o["id"] for o in found["Items"]])


@app.route("/orders/late")
@api_answer
def late_orders():
    return [o["id"] for o in orders.scan(FilterExpression=Attr("late").eq(True))["Items"]]  # want unscoped-scan


@app.route("/inbox")
@trusting
def inbox(user_id):
    found = orders.query(KeyConditionExpression=Key("user_id").eq(user_id))  # want client-asserted-identity
    return jsonify([o["id"] for o in found["Items"]])
