import os

import boto3
from common.responses import response

dynamodb = boto3.resource("dynamodb")
table = dynamodb.Table(os.environ["USERS_TABLE"])


def lambda_handler(event, _context):
    user_id = event["pathParameters"]["id"]
    found = table.get_item(Key={"id": user_id})  # want unscoped-key
    if "Item" not in found:
        return response(404, {"error": "no such user"})
    return response(200, found["Item"])  # want raw-item
