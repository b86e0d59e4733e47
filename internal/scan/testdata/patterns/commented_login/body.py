"""A check of the caller behind a #, in the body of what it would guard."""
import json

import boto3

from auth import verify_token

table = boto3.resource("dynamodb").Table("objects")


def listing(event, context):
    # claims = verify_token(event["headers"]["authorization"])  # want missing-authentication
    # if not claims:
    #     return {"statusCode": 401, "body": "no"}
    names = [i["name"] for i in table.query(IndexName="open", **open_ones(event))["Items"]]
    return {"statusCode": 200, "body": json.dumps(names)}


def open_ones(event):
    return {"KeyConditionExpression": "#s = :s", "ExpressionAttributeNames": {"#s": "state"}, "ExpressionAttributeValues": {":s": "open"}}


def checked(event, context):
    # claims = verify_token(event["headers"]["x-token"])
    claims = verify_token(event["headers"]["authorization"])
    item = table.get_item(Key={"id": claims["sub"]})["Item"]
    return {"statusCode": 200, "body": json.dumps({"name": item["name"]})}


def described(event, context):
    # The gateway has verified the token (see auth.py), so nothing is left to do.
    return {"statusCode": 200, "body": json.dumps({"state": "open"})}
