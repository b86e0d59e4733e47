"""An HTTP API's function: what has no statusCode is the body itself."""
import json

import boto3

table = boto3.resource("dynamodb").Table("messages")


def handler(event, context):
    to = event["queryStringParameters"]["to"]
    item = table.get_item(Key={"id": to})["Item"]  # want unscoped-key
    return {"text": item["text"], "sender": item["sender"]}


def router(event, context):
    method = event["requestContext"]["http"]["method"]
    return ROUTES[method](event)


def listing(event):
    return {"statusCode": 200, "body": json.dumps([m["text"] for m in table.scan()["Items"]])}  # want unscoped-scan


def create(event):
    body = json.loads(event["body"])
    table.put_item(Item={"id": body["id"], "text": body["text"]})
    return {"statusCode": 201, "body": body["id"]}


ROUTES = {"GET": listing, "POST": create}
