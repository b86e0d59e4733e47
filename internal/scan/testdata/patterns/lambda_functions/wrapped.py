import boto3
from common.responses import guarded

table = boto3.resource("dynamodb").Table("customers")


@guarded
def handler(event, context):
    item = table.get_item(Key={"id": event["pathParameters"]["id"]})["Item"]  # want unscoped-key
    return {"name": item["name"]}
