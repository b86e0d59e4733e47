"""What an update gives back: the attributes that were sent, or the whole item."""
import boto3
from flask import Flask, jsonify, request

app = Flask(__name__)
parts = boto3.resource("dynamodb").Table("user-settings")


def rename(user_id, name, back):
    return parts.update_item(  # want unscoped-key
        Key={"user_id": user_id},
        UpdateExpression="SET nickname = :n",
        ExpressionAttributeValues={":n": name},
        ReturnValues=back,
    )


@app.route("/settings/<user_id>/name", methods=["PUT"])
def renamed(user_id):
    return jsonify(changed=rename(user_id, request.json["name"], "UPDATED_NEW")["Attributes"])


@app.route("/settings/<user_id>", methods=["PUT"])
def whole(user_id):
    return jsonify(rename(user_id, request.json["name"], "ALL_NEW")["Attributes"])  # want raw-item


@app.route("/settings/<user_id>/answer", methods=["PUT"])
def answer(user_id):
    return jsonify(rename(user_id, request.json["name"], "UPDATED_NEW"))  # want raw-response
