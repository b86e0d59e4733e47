"""A decorator that answers with tracebacks."""
import functools
import traceback

import boto3
from flask import Flask, jsonify

app = Flask(__name__)
client = boto3.client("dynamodb")


def guarded(view):
    @functools.wraps(view)
    def wrapper(*args, **kwargs):
        try:
            return view(*args, **kwargs)
        except Exception:
            return jsonify(error=traceback.format_exc()), 500  # want error-in-body

    return wrapper


@app.route("/count")
@guarded
def count():
    return {"count": client.describe_table(TableName="games")["Table"]["ItemCount"]}
