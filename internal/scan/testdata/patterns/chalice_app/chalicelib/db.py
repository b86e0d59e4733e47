import os

import boto3
from boto3.dynamodb.conditions import Key

_DB = None


class Entries:
    def __init__(self, table):
        self._table = table

    def by_user(self, username):
        response = self._table.query(KeyConditionExpression=Key("username").eq(username))  # want client-asserted-identity
        return response["Items"]

    def by_id(self, uid):
        return self._table.get_item(Key={"uid": uid}).get("Item")  # want unscoped-key

    def add(self, username, text):
        self._table.put_item(Item={"username": username, "text": text})

    def everything(self):
        return self._table.scan()["Items"]


def entries():
    global _DB
    if _DB is None:
        _DB = Entries(boto3.resource("dynamodb").Table(os.environ["APP_TABLE_NAME"]))
    return _DB
