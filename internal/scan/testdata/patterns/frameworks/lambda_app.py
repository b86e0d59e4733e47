import json

import boto3

client = boto3.client("dynamodb")


def lambda_handler(event, context):
    user = event["pathParameters"]["user_id"]
    item = client.get_item(TableName="users", Key={"id": {"S": user}})["Item"]  # want unscoped-key
    return {"statusCode": 200, "body": json.dumps(item)}  # want raw-item
