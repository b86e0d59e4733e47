"""Exceptions of the app's own, around those of others, on their way to an error handler."""
import traceback

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from flask import Flask, abort, current_app, jsonify, make_response
from werkzeug.exceptions import HTTPException, InternalServerError

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("bookings")


class ApiError(Exception):
    status_code = 400

    def __init__(self, message, status_code=None, payload=None):
        Exception.__init__(self)
        self.message = message
        if status_code is not None:
            self.status_code = status_code
        self.payload = payload

    def to_dict(self):
        rv = dict(self.payload or ())
        rv["message"] = self.message
        return rv


class StoreError(Exception):
    """Its text is for the log."""


@app.errorhandler(ApiError)
def api_error(error):
    response = jsonify(error.to_dict())
    response.status_code = error.status_code
    return response


@app.errorhandler(StoreError)
def store_error(error):
    current_app.logger.error("store: %s", error)
    return jsonify(message="try again later"), 503


@app.errorhandler(HTTPException)
def http_error(error):
    return jsonify(code=error.code, name=error.name, description=error.description), error.code


@app.route("/wrapped", methods=["POST"])
def wrapped():
    try:
        table.put_item(Item={"id": "1"})
    except ClientError as e:
        raise ApiError(str(e), 500)  # want error-in-body
    return "", 204


@app.route("/authored", methods=["POST"])
def authored():
    try:
        table.put_item(Item={"id": "1"}, ConditionExpression="attribute_not_exists(id)")
    except ClientError as e:
        if e.response["Error"]["Code"] == "ConditionalCheckFailedException":
            raise ApiError("that booking exists", status_code=409)
        raise ApiError("not stored", payload={"code": e.response["Error"]["Code"]}) from e
    return "", 204


@app.route("/logged", methods=["POST"])
def logged():
    try:
        table.put_item(Item={"id": "1"})
    except (ClientError, BotoCoreError) as e:
        raise StoreError(str(e))
    return "", 204


@app.route("/described", methods=["POST"])
def described():
    try:
        table.put_item(Item={"id": "1"})
    except ClientError as e:
        abort(500, description=e.response["Error"]["Message"])  # want error-in-body
    return "", 204


@app.route("/raised", methods=["POST"])
def raised():
    try:
        table.put_item(Item={"id": "1"})
    except Exception as e:
        raise InternalServerError(str(e))  # want error-in-body
    return "", 204


@app.route("/traced", methods=["POST"])
def traced():
    try:
        table.put_item(Item={"id": "1"})
    except Exception:
        return make_response(traceback.format_exc(), 500)  # want error-in-body
    return "", 204


@app.route("/code", methods=["POST"])
def code():
    try:
        table.put_item(Item={"id": "1"})
    except ClientError as err:
        current_app.logger.exception("not stored")
        return jsonify(error=err.response["Error"]["Code"], status=err.response["ResponseMetadata"]["HTTPStatusCode"]), 400
    return "", 204


@app.route("/args", methods=["POST"])
def args():
    try:
        table.put_item(Item={"id": "1"})
    except Exception as e:
        return {"error": e.args[0], "type": type(e).__name__}, 500  # want error-in-body
    return {}


@app.route("/value/<n>")
def value(n):
    try:
        n = int(n)
    except ValueError as e:
        return {"error": str(e)}, 400
    return {"n": n}
