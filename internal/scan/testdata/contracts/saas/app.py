"""The saas example's table: a key's template tells a project from its tasks."""
import os

import boto3
from boto3.dynamodb.conditions import Key
from flask import Flask, jsonify
from flask_jwt_extended import get_jwt, jwt_required

app = Flask(__name__)
table = boto3.resource("dynamodb").Table(os.environ["APP_TABLE"])


def tenant():
    return get_jwt()["custom:tenant_id"]


@app.get("/projects/<project>")
@jwt_required()
def one_project(project):
    item = table.get_item(Key={"PK": f"TENANT#{tenant()}", "SK": f"PROJECT#{project}"}).get("Item")
    name = item["name"]  # want unseen-attribute
    margin = item["margin"]  # want unseen-attribute
    return jsonify({"name": name, "margin": margin})  # want sensitive-attribute


@app.get("/projects/<project>/tasks")
@jwt_required()
def tasks(project):
    found = table.query(
        KeyConditionExpression=Key("PK").eq(f"TENANT#{tenant()}") & Key("SK").begins_with(f"PROJECT#{project}#TASK#"),
    )
    steps = found["Items"][0]["steps"]
    return jsonify([{"text": s["text"]} for s in steps])


@app.get("/users")
@jwt_required()
def users():
    found = table.query(KeyConditionExpression=Key("PK").eq(f"TENANT#{tenant()}") & Key("SK").begins_with("USER#"))
    return jsonify(found["Items"])  # want raw-item
