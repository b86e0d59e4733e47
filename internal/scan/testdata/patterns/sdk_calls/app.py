"""The ways of boto3 to read: client and resource, pages, batches, transactions, PartiQL."""
import json
import os

import boto3
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import TypeDeserializer
from dynamodb_json import json_util
from flask import Flask, jsonify, request, session

app = Flask(__name__)
session_ = boto3.Session(profile_name=os.getenv("PROFILE"))
client = session_.client("dynamodb", region_name="eu-west-1")
dynamodb = session_.resource("dynamodb")
orders = dynamodb.Table("orders")
deserializer = TypeDeserializer()


def from_typed(item):
    return {k: deserializer.deserialize(v) for k, v in item.items()}


@app.route("/low/<order_id>")
def low(order_id):
    found = client.get_item(TableName="orders", Key={"id": {"S": order_id}})  # want unscoped-key
    return jsonify(from_typed(found["Item"]))  # want raw-item


@app.route("/low/picked/<order_id>")
def low_picked(order_id):
    item = from_typed(client.get_item(TableName="orders", Key={"id": {"S": order_id}})["Item"])  # want unscoped-key
    return jsonify(total=int(item["total"]))


@app.route("/json_util/<order_id>")
def with_json_util(order_id):
    found = client.get_item(TableName="orders", Key={"id": {"S": order_id}})  # want unscoped-key
    return jsonify(json_util.loads(found["Item"]))  # want raw-item


@app.route("/pages")
def pages():
    paginator = client.get_paginator("scan")
    ids = []
    for page in paginator.paginate(TableName="orders", PaginationConfig={"PageSize": 100}):  # want unscoped-scan
        for item in page["Items"]:
            ids.append(item["id"]["S"])
    return jsonify(ids)


@app.route("/pages/searched")
def searched():
    pages = client.get_paginator("query").paginate(
        TableName="orders", KeyConditionExpression="user_id = :u", ExpressionAttributeValues={":u": {"S": session["user_id"]}},
    )
    return jsonify([i["id"]["S"] for i in pages.search("Items[]")])


@app.route("/loop")
def loop():
    kwargs = {"FilterExpression": Attr("state").eq("open")}
    out = []
    while True:
        page = orders.scan(**kwargs)  # want unscoped-scan
        out += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        kwargs["ExclusiveStartKey"] = page["LastEvaluatedKey"]
    return jsonify([o["id"] for o in out])


@app.route("/own/loop")
def own_loop():
    params = dict(KeyConditionExpression=Key("user_id").eq(session["user_id"]) & Key("id").begins_with("2"))
    out, start = [], None
    while start is not None or not out:
        if start:
            params["ExclusiveStartKey"] = start
        page = orders.query(**params)
        out.extend(page["Items"])
        start = page.get("LastEvaluatedKey", None)
    return jsonify([o["id"] for o in out])


@app.route("/strings/<user_id>")
def strings(user_id):
    found = client.query(  # want unscoped-key
        TableName="orders", IndexName="by-user", KeyConditionExpression="#u = :u AND id > :from",
        ExpressionAttributeNames={"#u": "user_id"}, ExpressionAttributeValues={":u": {"S": user_id}, ":from": {"S": "0"}},
    )
    return jsonify([i["id"]["S"] for i in found["Items"]])


@app.route("/filtered/<state>")
def filtered(state):
    found = orders.scan(
        FilterExpression="user_id = :u and #s = :s", ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":u": session["user_id"], ":s": state},
    )
    return jsonify([i["id"] for i in found["Items"]])


@app.route("/batch", methods=["POST"])
def batch():
    keys = [{"id": {"S": i}} for i in request.get_json()["ids"]]
    found = client.batch_get_item(RequestItems={"orders": {"Keys": keys}})  # want unscoped-key
    return jsonify([i["total"]["N"] for i in found["Responses"]["orders"]])


@app.route("/batch/own")
def batch_own():
    keys = [{"user_id": session["user_id"], "id": i} for i in request.args.getlist("id")]
    found = dynamodb.batch_get_item(RequestItems={orders.name: {"Keys": keys}})
    return jsonify([i["total"] for i in found["Responses"][orders.name]])


@app.route("/transact/<order_id>")
def transact(order_id):
    found = client.transact_get_items(TransactItems=[{"Get": {"TableName": "orders", "Key": {"id": {"S": order_id}}}}])  # want unscoped-key
    return jsonify([r["Item"]["total"]["N"] for r in found["Responses"]])


@app.route("/partiql/<user_id>")
def partiql(user_id):
    found = client.execute_statement(Statement="SELECT * FROM orders WHERE user_id = ?", Parameters=[{"S": user_id}])  # want unscoped-key
    return jsonify([i["id"]["S"] for i in found["Items"]])


@app.route("/partiql/joined/<user_id>")
def partiql_joined(user_id):
    statement = f"SELECT id, total FROM orders WHERE user_id = '{user_id}'"
    found = client.execute_statement(Statement=statement)  # want unscoped-key
    return jsonify([i["id"]["S"] for i in found["Items"]])


@app.route("/partiql/all")
def partiql_all():
    return jsonify([i["id"] for i in dynamodb.meta.client.execute_statement(Statement="SELECT * FROM orders")["Items"]])  # want unscoped-scan


@app.route("/partiql/own")
def partiql_own():
    found = client.execute_statement(Statement='SELECT * FROM "orders" WHERE user_id=?', Parameters=[{"S": session["user_id"]}])
    return jsonify([i["id"]["S"] for i in found["Items"]])


@app.route("/claim/<order_id>", methods=["POST"])
def claim(order_id):
    new = orders.update_item(
        Key={"id": order_id}, UpdateExpression="SET note = :n", ConditionExpression="user_id = :me",
        ExpressionAttributeValues={":n": request.json["note"], ":me": session["user_id"]}, ReturnValues="ALL_NEW",
    )
    return jsonify(note=new["Attributes"]["note"])


@app.route("/made", methods=["POST"])
def made():
    client.create_table(TableName="orders", KeySchema=[], AttributeDefinitions=[])
    client.get_waiter("table_exists").wait(TableName="orders")
    orders.wait_until_exists()
    return jsonify(status=orders.table_status)


@app.route("/stored", methods=["POST"])
def stored():
    with orders.batch_writer() as batch:
        for line in request.json["users"]:
            batch.put_item(Item={"id": line["id"], "password": line["password"]})  # want credential-in-clear
    put = {"TableName": "orders", "Item": {"id": {"S": "1"}, "password": {"S": request.json["password"]}}}
    client.transact_write_items(TransactItems=[{"Put": put}])  # want credential-in-clear
    return json.dumps({"ok": True})
