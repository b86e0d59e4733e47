import boto3
from flask import Flask, jsonify

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("vault")


@app.route("/keys")
def keys():
    item = table.get_item(Key={"id": "keys"})["Item"]
    return jsonify(token=item["secret_token"])  # want sensitive-attribute
