"""One function behind many routes: tables of methods, typed events, a class of handlers."""
import json
import os
from functools import partial

import boto3
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent, event_source
from boto3.dynamodb.conditions import Key

table = boto3.resource("dynamodb").Table(os.environ.get("ACCOUNTS_TABLE", "accounts"))


def build(status, body):
    return dict(statusCode=status, headers={"Content-Type": "application/json"}, body=json.dumps(body, default=str))


ok = partial(build, 200)


class Accounts:
    def __init__(self, event):
        self.event = event
        self.params = event.get("pathParameters") or {}
        self.routes = {"GET": self.read, "DELETE": self.remove, "POST": self.create}

    @property
    def caller(self):
        return self.event["requestContext"]["authorizer"]["claims"]["sub"]

    def read(self):
        item = table.get_item(Key={"id": self.params["id"]}).get("Item")  # want unscoped-key
        return ok(item)

    def create(self):
        body = json.loads(self.event["body"])
        table.put_item(Item={"id": self.caller, "name": body["name"]})
        return build(201, {"id": self.caller})

    def remove(self):
        table.delete_item(Key={"id": self.caller})
        return build(204, None)

    def run(self):
        route = self.routes.get(self.event["httpMethod"])
        if route is None:
            return build(405, {"error": "method"})
        return route()


def lambda_handler(event, context):
    try:
        return Accounts(event).run()  # want raw-item
    except Exception as exc:
        return build(500, {"error": f"{type(exc).__name__}: {exc}"})  # want error-in-body


@event_source(data_class=APIGatewayProxyEvent)
def typed(event: APIGatewayProxyEvent, context):
    account = event.query_string_parameters["account_id"]
    found = table.query(KeyConditionExpression=Key("id").eq(account))  # want client-asserted-identity
    return ok([{"name": i["name"]} for i in found["Items"]])


@event_source(data_class=APIGatewayProxyEvent)
def typed_own(event: APIGatewayProxyEvent, context):
    sub = event.request_context.authorizer.claims["sub"]
    found = table.query(KeyConditionExpression=Key("id").eq(sub))
    return ok([{"name": i["name"]} for i in found["Items"]])


def checked(event, context):
    account = event["pathParameters"]["id"]
    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    if claims["sub"] != account and "admins" not in claims.get("cognito:groups", ""):
        return build(403, {"error": "not yours"})
    return ok({"name": table.get_item(Key={"id": account})["Item"]["name"]})
