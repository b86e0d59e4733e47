"""Exceptions that are raised to answer a caller."""
import boto3
from botocore.exceptions import ClientError
from fastapi import FastAPI, HTTPException
from werkzeug.exceptions import BadRequest

app = FastAPI()
table = boto3.resource("dynamodb").Table("orders")


@app.put("/orders/{order_id}")
def put(order_id: str):
    try:
        table.put_item(Item={"id": order_id})
    except ClientError as e:
        raise HTTPException(status_code=500, detail=str(e))  # want error-in-body


@app.post("/orders/{order_id}")
def post(order_id: str):
    try:
        store(order_id)
    except ValueError as e:
        raise BadRequest(str(e))  # want error-in-body


@app.delete("/orders/{order_id}")
def delete(order_id: str):
    try:
        check(order_id)
        table.delete_item(Key={"id": order_id})
    except ValueError as e:
        raise HTTPException(status_code=400, detail=str(e))
    except ClientError:
        raise HTTPException(status_code=503, detail="try again later")


def store(order_id):
    try:
        table.put_item(Item={"id": order_id})
    except ClientError as e:
        raise ValueError(f"not stored: {e}")


def check(order_id):
    if not order_id:
        raise ValueError("an id is needed")
