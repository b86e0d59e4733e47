import os

import boto3
from boto3.dynamodb.conditions import Key
from common.responses import response

table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])


def handler(event, context):
    claims = event.get("requestContext", {}).get("authorizer", {}).get("claims", {})
    user_id = claims.get("sub")
    if not user_id:
        return response(401)
    found = table.query(KeyConditionExpression=Key("user_id").eq(user_id))
    return response(200, {"orders": [{"id": o["id"], "total": o["total"]} for o in found.get("Items", [])]})


def http_api(event, context):
    sub = event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]
    order = table.get_item(Key={"user_id": sub, "id": event["pathParameters"]["id"]}).get("Item")
    return {"statusCode": 200, "body": str(order["total"])}
