import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["VISITS"])
rooms = boto3.resource("dynamodb").Table("rooms")


def read(event, context):
    day = event["pathParameters"]["day"]
    items = table.query(
        KeyConditionExpression="#d = :d AND #a > :from",
        ExpressionAttributeNames={"#d": "day", "#a": "at"},
        ExpressionAttributeValues={":d": day, ":from": 0},
    )["Items"]
    room = rooms.get_item(Key={"id": "main"})["Item"]
    return {"statusCode": 200, "body": json.dumps({"visits": [{"who": i["visitor"]} for i in items], "open": room["is_open"]})}


def count(event, context):
    for record in event["Records"]:
        table.update_item(
            Key={"day": record["day"], "at": record["at"]},
            UpdateExpression="SET seen = :s",
            ExpressionAttributeValues={":s": True},
        )
