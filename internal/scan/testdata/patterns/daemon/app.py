"""A scan that only scripts reach is nobody's answer."""
import boto3
from flask import Flask

app = Flask(__name__)
client = boto3.client("dynamodb")


def every_user():
    paginator = client.get_paginator("scan")
    for page in paginator.paginate(TableName="users"):
        for item in page["Items"]:
            yield item


@app.route("/health")
def health():
    return {"status": "up"}


@app.route("/users")
def users():
    return {"users": [u["email"]["S"] for u in listed()]}


def listed():
    paginator = client.get_paginator("scan")
    for page in paginator.paginate(TableName="users"):  # want unscoped-scan
        yield from page["Items"]
