import boto3
from botocore.exceptions import ClientError
from flask import Blueprint, jsonify

fetched = Blueprint("fetched", __name__)
table = boto3.resource("dynamodb").Table("lamps")


def ask(lamp):
    try:
        return table.get_item(Key={"lamp": lamp})  # want unscoped-key?
    except ClientError as e:
        return "failed: {}".format(e)


@fetched.get("/lamps/<lamp>/watts")
def watts(lamp):
    return jsonify(watts=ask(lamp)["Item"]["watts"])


@fetched.get("/lamps/<lamp>/failure")
def failure(lamp):
    try:
        table.get_item(Key={"lamp": lamp})
    except ClientError as e:
        return jsonify(error=e.response["Error"]["Message"]), 500  # want error-in-body
    return jsonify(error=None)
