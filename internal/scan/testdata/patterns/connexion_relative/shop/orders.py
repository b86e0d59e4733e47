import boto3
from connexion import context

table = boto3.resource("dynamodb").Table("customer_orders")


def one(order_id):
    item = table.get_item(Key={"id": order_id})["Item"]  # want unscoped-key
    return {"address": item["address"]}


def own():
    item = table.get_item(Key={"customer": context["user"]})["Item"]
    return {"address": item["address"]}
