"""A function that an integration of API Gateway calls."""
import boto3

table = boto3.resource("dynamodb").Table("users")


def answer(event, context):
    print(event)  # want sensitive-log
    return {"users": table.scan()["Items"]}  # want missing-projection raw-item unscoped-scan
