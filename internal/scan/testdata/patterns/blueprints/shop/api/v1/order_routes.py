from flask import Blueprint, jsonify
from flask_jwt_extended import get_jwt_identity, jwt_required

from ...tables import table
from boto3.dynamodb.conditions import Key

orders = Blueprint("orders", __name__, url_prefix="/orders")


@orders.get("/<order_id>")
@jwt_required()
def one(order_id):
    found = table("orders").query(KeyConditionExpression=Key("order_id").eq(order_id))  # want unscoped-key
    return jsonify([{"total": o["total"]} for o in found["Items"]])


@orders.get("/")
@jwt_required()
def own():
    found = table("orders").query(IndexName="by-user", KeyConditionExpression=Key("user_id").eq(get_jwt_identity()))
    return jsonify([{"total": o["total"]} for o in found["Items"]])
