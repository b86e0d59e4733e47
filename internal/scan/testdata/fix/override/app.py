import boto3
from boto3.dynamodb.conditions import Key
from flask import Flask, jsonify, request, session

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("jobs")


@app.get("/either")
def either():
    user_id = request.args.get("user_id") or session["user_id"]
    found = table.query(KeyConditionExpression=Key("user_id").eq(user_id))["Items"]
    return jsonify([{"id": j["job_id"]} for j in found])


@app.get("/fallback")
def fallback():
    found = table.query(KeyConditionExpression=Key("user_id").eq(request.args.get("user_id", session["user_id"])))["Items"]
    return jsonify([{"id": j["job_id"]} for j in found])


@app.get("/conditional")
def conditional():
    sent = request.args.get("user_id")
    user_id = sent if sent else session["user_id"]
    found = table.query(KeyConditionExpression=Key("user_id").eq(user_id))["Items"]
    return jsonify([{"id": j["job_id"]} for j in found])


@app.get("/statement")
def statement():
    user_id = request.args.get("user_id")
    if not user_id:
        user_id = session["user_id"]
    found = table.query(KeyConditionExpression=Key("user_id").eq(user_id))["Items"]
    return jsonify([{"id": j["job_id"]} for j in found])
