import boto3
from flask import Flask, jsonify
from flask_login import login_required

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("settings")


@app.get("/secret")
def secret():
    item = table.get_item(Key={"name": "launch"})["Item"]
    return jsonify(code=item["code"])


@app.get("/public")
@login_required
def public():
    return jsonify(ok=True)
