"""Flask serialises a dict or a list that a view returns."""
import boto3
from boto3.dynamodb.conditions import Key
from flask import Flask, request, session

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("orders")


@app.route("/mine")
def mine():
    res = table.query(KeyConditionExpression=Key("user_id").eq(session["user_id"]))["Items"]  # want missing-projection
    return res  # want raw-item


@app.route("/any", methods=["POST"])
def any_order():
    key = request.get_json()["key"]
    res = table.get_item(Key=key)  # want unscoped-key
    return res if res else "nothing"  # want raw-response


@app.route("/add", methods=["POST"])
def add():
    res = table.put_item(Item={"user_id": session["user_id"], "note": request.json["note"]})
    if res["ResponseMetadata"]["HTTPStatusCode"] == 200:
        return {"code": res["ResponseMetadata"]["HTTPStatusCode"]}
    return {"code": 500}, res["ResponseMetadata"]["HTTPStatusCode"]
