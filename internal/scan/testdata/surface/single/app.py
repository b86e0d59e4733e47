"""One table, keys composed by hand, in functions of their own."""
import os
import uuid

import boto3
from boto3.dynamodb.conditions import Attr, Key
from flask import Flask, abort, g, jsonify, request

from auth import login_required

app = Flask(__name__)
table = boto3.resource("dynamodb").Table(os.environ["APP_TABLE"])


def user_key(user_id):
    return {"PK": f"USER#{user_id}", "SK": "PROFILE"}


@app.get("/me")
@login_required
def me():
    user = table.get_item(Key=user_key(g.user_id)).get("Item")
    if not user or user["disabled"]:
        abort(404)
    return jsonify({"id": user["PK"], "name": user["name"], "city": user["address"]["city"]})


@app.get("/me/orders")
@login_required
def orders():
    found = table.query(
        KeyConditionExpression=Key("PK").eq(f"USER#{g.user_id}") & Key("SK").begins_with("ORDER#"),
        FilterExpression=Attr("status").eq(request.args.get("status")),
    )
    return jsonify([{"order": o["SK"], "total": o["total"]} for o in found["Items"]])


@app.post("/me/orders")
@login_required
def create():
    order = {
        "PK": "USER#" + g.user_id,
        "SK": "ORDER#{}".format(uuid.uuid4().hex),
        "total": int(request.json["total"]),
        "lines": [],
        "paid": False,
    }
    order["note"] = request.json.get("note", "")
    table.put_item(Item=order)
    return jsonify({"ok": True}), 201


@app.get("/orders/<order_id>")
def by_order(order_id):
    found = table.query(
        IndexName="by_order",
        KeyConditionExpression="#o = :o",
        ExpressionAttributeNames={"#o": "GSI1PK"},
        ExpressionAttributeValues={":o": "ORDER#%s" % order_id},
        ProjectionExpression="SK, total",
    )
    item = found["Items"][0]
    if item["owner"] != g.user_id:
        abort(403)
    return jsonify(item)


def nightly():
    for page in boto3.client("dynamodb").get_paginator("scan").paginate(TableName=os.environ["APP_TABLE"]):
        for item in page["Items"]:
            print(item["SK"]["S"])
