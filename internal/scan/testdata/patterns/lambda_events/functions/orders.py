"""Functions that read nothing of their event: the configuration says what they are called for."""
import json

import boto3

table = boto3.resource("dynamodb").Table("customer_orders")


def list_all(event, context):
    print(json.dumps(event))  # want sensitive-log
    return table.scan()["Items"]  # want missing-projection raw-item unscoped-scan


def nightly(event, context):
    print(json.dumps(event))
    return table.scan()["Items"]
