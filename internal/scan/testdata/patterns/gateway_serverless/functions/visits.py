"""Functions behind authorizers that the configuration names, and in the open."""
import json

import boto3

table = boto3.resource("dynamodb").Table("visits")


def signed(event, context):
    mine = table.get_item(Key={"patient": event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]})["Item"]
    item = table.get_item(Key={"id": event["pathParameters"]["id"]})["Item"]  # want unscoped-key
    return {"statusCode": 200, "body": json.dumps({"mine": mine["reason"], "reason": item["reason"]})}


def both(event, context):
    item = table.get_item(Key={"id": event["pathParameters"]["id"]})["Item"]  # want unscoped-key
    return {"statusCode": 200, "body": json.dumps({"reason": item["reason"]})}


def keyed(event, context):
    item = table.get_item(Key={"id": event["pathParameters"]["id"]})["Item"]  # want unscoped-key
    return {"statusCode": 200, "body": json.dumps({"reason": item["reason"]})}
