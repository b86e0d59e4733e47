"""Texts of exceptions in answers, in every way that they are made."""
import boto3
from botocore.exceptions import ClientError
from fastapi import FastAPI, HTTPException
from flask import abort, jsonify

router = FastAPI()
table = boto3.resource("dynamodb").Table("orders")


@router.get("/formatted")
def formatted():
    try:
        table.put_item(Item={"id": "1"})
    except ClientError as e:
        return {"error": f"The order was not stored: {e}"}
    return {}


@router.get("/percent")
def percent():
    try:
        table.put_item(Item={"id": "1"})
    except ClientError as e:
        return {"error": "not stored: %s" % e}
    return {}


@router.get("/added")
def added():
    try:
        table.put_item(Item={"id": "1"})
    except ClientError as e:
        message = "Not stored (" + str(e) + ")"
        return {"error": message}
    return {}


@router.get("/method")
def method():
    try:
        table.put_item(Item={"id": "1"})
    except ClientError as e:
        return jsonify(
            error="not stored: {}".format(e),
            code=e.response["Error"]["Code"],
        )
    return {}


@router.get("/raised")
def raised():
    try:
        table.put_item(Item={"id": "1"})
    except ClientError as e:
        raise HTTPException(500, str(e)) from e
    return {}


@router.get("/aborted")
def aborted():
    try:
        table.put_item(Item={"id": "1"})
    except ClientError as e:
        print("failed")
        abort(500, e)
    return {}


@router.get("/fields/{name}")
def fields(name):
    try:
        table.put_item(Item={"id": "1"})
    except ClientError as e:
        return {"error": f"{name} was not stored: {e}", "more": "%s was not stored: %s" % (name, e), "last": "stored not: " + name + ": " + str(e)}
    return {}


@router.get("/one-line")
def one_line():
    try:
        table.put_item(Item={"id": "1"})
    except ClientError as e: return {"error": str(e)}
    return {}
