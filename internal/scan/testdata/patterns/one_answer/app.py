"""One answer to which many reads lead is one place to mend."""

import boto3
from boto3.dynamodb.conditions import Key
from flask import Flask, jsonify, request
from flask_login import login_required

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("journeys")


def by_line(line):
    return table.query(KeyConditionExpression=Key("line").eq(line))["Items"]  # want unscoped-key missing-projection


def by_stop(stop):
    return table.query(IndexName="stops", KeyConditionExpression=Key("stop").eq(stop))["Items"]  # want unscoped-key missing-projection


@app.get("/journeys")
@login_required
def journeys():
    if "line" in request.args:
        found = by_line(request.args["line"])
    else:
        found = by_stop(request.args["stop"])
    return jsonify(found)  # want raw-item
