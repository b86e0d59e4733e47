"""Small helpers that every app has, and decorators that change nothing or a little."""
import decimal
import functools
import json
from functools import lru_cache

import boto3
from flask import Flask, Response, current_app, g, jsonify, make_response, stream_with_context
from flask_caching import Cache
from flask_cors import cross_origin
from flask_limiter import Limiter

app = Flask(__name__)
cache, limiter = Cache(app), Limiter(app)


@lru_cache(maxsize=None)
def get_table(name):
    return boto3.resource("dynamodb").Table(name)


def get_db():
    if "db" not in g:
        g.db = boto3.resource("dynamodb")
    return g.db


def replace_decimals(obj):
    if isinstance(obj, list):
        return [replace_decimals(i) for i in obj]
    elif isinstance(obj, dict):
        return {k: replace_decimals(v) for k, v in obj.items()}
    elif isinstance(obj, decimal.Decimal):
        return int(obj) if obj % 1 == 0 else float(obj)
    return obj


def replace_in_place(obj):
    if isinstance(obj, list):
        for i in range(len(obj)):
            obj[i] = replace_in_place(obj[i])
        return obj
    elif isinstance(obj, dict):
        for k in obj:
            obj[k] = replace_in_place(obj[k])
        return obj
    return obj


def timed(f):
    def inner(*args, **kwargs):
        result = f(*args, **kwargs)
        return result

    inner.__name__ = f.__name__
    return inner


class counted:
    def __init__(self, f):
        functools.update_wrapper(self, f)
        self.f = f

    def __call__(self, *args, **kwargs):
        return self.f(*args, **kwargs)


def as_json(f):
    @functools.wraps(f)
    def decorated(*args, **kwargs):
        rv = f(*args, **kwargs)
        status = 200
        if isinstance(rv, tuple):
            rv, status = rv
        return Response(json.dumps(rv, default=str), status=status, mimetype="application/json")

    return decorated


def only(*names):
    def outer(f):
        @functools.wraps(f)
        def inner(*args, **kwargs):
            item = f(*args, **kwargs)
            return jsonify({n: item.get(n) for n in names})

        return inner

    return outer


def user(user_id):
    return get_table("users").get_item(Key={"id": user_id})["Item"]  # want unscoped-key


@app.route("/decimals/<user_id>")
@cross_origin()  # want cors-any-origin
def decimals(user_id):
    return jsonify(replace_decimals(user(user_id)))  # want raw-item


@app.route("/in_place/<user_id>")
@limiter.limit("5/minute")
def in_place(user_id):
    return jsonify(replace_in_place(user(user_id)))  # want raw-item


@app.route("/timed/<user_id>")
@timed
def with_timed(user_id):
    return jsonify(user(user_id))  # want raw-item


@app.route("/counted/<user_id>")
@counted
def with_counted(user_id):
    return jsonify(user(user_id))  # want raw-item


@app.route("/as_json/<user_id>")
@cache.cached(timeout=10)
@as_json
def with_json(user_id):
    return user(user_id), 200  # want raw-item


@app.route("/only/<user_id>")
@only("id", "name")
def with_only(user_id):
    return user(user_id)


@app.route("/stream/<user_id>")
def stream(user_id):
    def generate():
        item = get_db().Table("users").get_item(Key={"id": user_id})["Item"]  # want unscoped-key
        yield "["
        yield json.dumps(item)
        yield "]"

    return Response(stream_with_context(generate()), mimetype="application/json")  # want raw-item


@app.route("/class/<user_id>")
def response_class(user_id):
    return current_app.response_class(json.dumps(user(user_id), default=str), mimetype="application/json")  # want raw-item


@app.route("/data/<user_id>")
def set_data(user_id):
    response = make_response()
    response.data = json.dumps(user(user_id), default=str)  # want raw-item
    response.headers["Content-Type"] = "application/json"
    return response


@app.route("/picked/<user_id>")
def picked(user_id):
    response = make_response(json.dumps({"name": user(user_id)["name"]}))
    response.status_code = 200
    return response


@app.route("/alias/<user_id>")
def alias(user_id):
    body = {"users": []}
    rows = body["users"]
    rows.append(user(user_id))
    return jsonify(body)  # want raw-item


@app.route("/filled/<user_id>")
def filled(user_id):
    body = {}
    fill(body, user_id)
    return jsonify(body)  # want raw-item


def fill(into, user_id):
    into["user"] = user(user_id)


@app.route("/exists/<user_id>")
def exists(user_id):
    found = get_table("users").get_item(Key={"id": user_id})
    return jsonify(exists="Item" in found, status=found["ResponseMetadata"]["HTTPStatusCode"])
