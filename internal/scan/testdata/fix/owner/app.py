import boto3
from flask import Flask, jsonify
from flask_jwt_extended import get_jwt_identity, jwt_required

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("users")


@app.get("/users/<user_id>")
@jwt_required()
def user(user_id):
    """One user."""
    item = table.get_item(Key={"id": user_id})["Item"]
    return jsonify(name=item["name"])


@app.get("/numbered/<int:user_id>")
@jwt_required()
def numbered(user_id):
    item = table.get_item(Key={"id": user_id})["Item"]
    return jsonify(name=item["name"])


@app.get("/orders/<order_id>")
@jwt_required()
def order(order_id):
    item = table.get_item(Key={"order_id": order_id})["Item"]
    return jsonify(total=item["total"])


@app.get("/open/<user_id>")
def anyone(user_id):
    item = table.get_item(Key={"id": user_id})["Item"]
    return jsonify(name=item["name"])


@app.get("/me")
@jwt_required()
def me():
    item = table.get_item(Key={"id": get_jwt_identity()})["Item"]
    return jsonify(name=item["name"])
