"""An allow-list that is a loop over an inherited class attribute, three calls away."""
import boto3
from flask import Flask, jsonify, session

from models import Customer

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("customers")


@app.route("/me")
def me():
    customer = Customer(table.get_item(Key={"id": session["user_id"]}).get("Item"))
    return jsonify(customer.to_dict())


@app.route("/me/all")
def me_all():
    item = table.get_item(Key={"id": session["user_id"]}).get("Item")
    item.pop("password_hash", None)
    return jsonify(item)  # want deny-list
