"""Items that go through a library which is not there to be read."""
import boto3
import fastjsonschema
from flask import Flask, jsonify, request
from pydantic import create_model
from shapes import Record, count_lines, convert, is_open, lower, sign

app = Flask(__name__)
orders = boto3.resource("dynamodb").Table("customer_orders")
Made = create_model("Made", total=(int, 0))


def read(order_id):
    return orders.get_item(Key={"id": order_id})["Item"]  # want unscoped-key


@app.route("/model/<order_id>")
def model(order_id):
    item = read(order_id)
    return jsonify(Made(**item).dict())


@app.route("/record/<order_id>")
def record(order_id):
    item = orders.get_item(Key={"id": order_id})["Item"]  # want unscoped-key
    return jsonify(Record(total=item["total"]).to_json())


@app.route("/converted/<order_id>")
def converted(order_id):
    item = orders.get_item(Key={"id": order_id})["Item"]  # want unscoped-key
    return jsonify(convert(item))


@app.route("/lowered/<order_id>")
def lowered(order_id):
    item = orders.get_item(Key={"id": order_id})["Item"]  # want unscoped-key
    return jsonify(password=lower(item["password"]))


@app.route("/checked/<order_id>")
def checked(order_id):
    item = orders.get_item(Key={"id": order_id})["Item"]
    fastjsonschema.validate({}, item)
    return jsonify(open=is_open(item), lines=count_lines(item), valid=fastjsonschema.compile({})(item) is not None)


@app.route("/signed/<order_id>")
def signed(order_id):
    item = orders.get_item(Key={"id": order_id})["Item"]
    return jsonify(signature=sign(item), size=len(item))
