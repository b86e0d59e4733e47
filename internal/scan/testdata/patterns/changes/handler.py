import json

import boto3

orders = boto3.resource("dynamodb").Table("orders")


def lambda_handler(event, context):
    if event["httpMethod"] == "DELETE":
        owner = json.loads(event["body"])["userId"]
        orders.delete_item(Key={"pk": f"USER#{owner}", "sk": event["pathParameters"]["id"]})  # want client-asserted-identity
    else:
        owner = event["requestContext"]["authorizer"]["claims"]["sub"]
        orders.delete_item(Key={"pk": f"USER#{owner}", "sk": event["pathParameters"]["id"]})
    return {"statusCode": 204}
