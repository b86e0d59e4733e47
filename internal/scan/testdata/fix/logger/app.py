from __future__ import annotations

from logging import getLogger

import boto3
from botocore.exceptions import ClientError
from flask import Flask

app = Flask(__name__)
log = getLogger(__name__)
table = boto3.resource("dynamodb").Table("orders")


@app.get("/quiet")
def quiet():
    try:
        table.put_item(Item={"id": "1"})
    except ClientError as e:
        return {"error": str(e)}, 500
    return {}


@app.get("/logged")
def logged():
    try:
        table.put_item(Item={"id": "1"})
    except ClientError as e:
        log.error("not stored: %s", e)
        return {"error": str(e)}, 500
    return {}
