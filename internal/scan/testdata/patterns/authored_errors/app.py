"""Exceptions that the app raises have texts that it wrote."""
import boto3
from botocore.exceptions import ClientError
from flask import Flask, abort, jsonify

from errors import NotFound, Refused, TooMany

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("jobs")


def load(name):
    if name == "":
        raise Refused("a name is needed")
    if name == "many":
        raise TooMany(f"too many of {name}")
    try:
        table.update_item(Key={"name": name}, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": 1})
    except ClientError as e:
        if e.response["Error"]["Code"] == "ConditionalCheckFailedException":
            raise NotFound("there is no such job")
        raise


@app.route("/jobs/<name>")
def job(name):
    try:
        load(name)
    except Refused as e:
        return jsonify(error=str(e)), 400
    except TooMany as e:
        abort(429, str(e))
    except NotFound as e:
        return {"error": e.message}, 404
    except ValueError as e:
        return {"error": f"bad value: {e}"}, 400
    return {"ok": True}


@app.route("/leak/<name>")
def leak(name):
    try:
        load(name)
    except ClientError as e:
        return {"error": e.response["Error"]["Message"]}, 500  # want error-in-body
    return {"ok": True}


@app.route("/wrapped/<name>")
def wrapped(name):
    try:
        save(name)
    except NotFound as e:
        return {"error": str(e)}, 500  # want error-in-body
    return {"ok": True}


def save(name):
    try:
        table.put_item(Item={"name": name})
    except ClientError as e:
        raise NotFound("not stored: " + str(e))


@app.errorhandler(Exception)
def anything(e):
    return jsonify(error=str(e)), 500  # want error-in-body


@app.errorhandler(404)
def missing(e):
    return jsonify(error=str(e)), 404
