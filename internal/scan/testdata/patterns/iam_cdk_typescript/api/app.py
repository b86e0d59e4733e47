import json

import boto3

table = boto3.resource("dynamodb").Table("Notes")


def handler(event, context):
    item = table.get_item(Key={"id": "health"}, ProjectionExpression="id").get("Item")
    return {"statusCode": 200, "body": json.dumps({"ok": item is not None})}
