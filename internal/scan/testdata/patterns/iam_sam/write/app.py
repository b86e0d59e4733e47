import boto3

orders = boto3.resource("dynamodb").Table("Orders")


def handler(event, context):
    orders.put_item(Item={"id": "an order"})
    return {"statusCode": 204}
