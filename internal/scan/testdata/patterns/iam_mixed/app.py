import boto3

table = boto3.resource("dynamodb").Table("profiles")


def handler(event, context):
    table.put_item(Item={"id": "1"})
    return table.get_item(Key={"id": "1"})["Item"]["name"]
