"""One table for items of several kinds: what their keys are made of says whose they are."""
import os
import uuid

import boto3
from boto3.dynamodb.conditions import Key
from flask import Flask, jsonify, request

app = Flask(__name__)
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


@app.post("/surveys")
def create():
    body = request.get_json()
    survey_id = str(uuid.uuid4())
    table.put_item(Item={"pk": "CUSTOMER#" + body["customer"], "sk": "SURVEY#" + survey_id, "data": body["data"]})
    return jsonify({"id": survey_id})


@app.get("/surveys/<survey_id>")
def survey(survey_id):
    found = table.query(IndexName="sk-pk", KeyConditionExpression=Key("sk").eq("SURVEY#" + survey_id))  # want unscoped-key?
    return jsonify({"data": found["Items"][0]["data"]})
