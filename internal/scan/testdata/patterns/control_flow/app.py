"""Guards by early returns and raises, in helpers, in try, in with and in match."""
from contextlib import contextmanager

import boto3
from flask import Flask, abort, jsonify, session
from werkzeug.exceptions import Forbidden, NotFound

app = Flask(__name__)
documents = boto3.resource("dynamodb").Table("documents")


class NotYours(Exception):
    pass


def load(doc_id):
    item = documents.get_item(Key={"id": doc_id}).get("Item")  # want unscoped-key
    if item is None:
        raise NotFound()
    return item


def is_mine(item):
    return item["owner_id"] == session["user_id"]


def require_mine(item):
    if item["owner_id"] != session.get("user_id"):
        raise NotYours(item["id"])


def load_mine(doc_id):
    item = load(doc_id)
    if not is_mine(item):
        raise Forbidden("not your document")
    return item


@app.route("/open/<doc_id>")
def open_document(doc_id):
    return jsonify(title=load(doc_id)["title"])


@app.route("/mine/<doc_id>")
def mine(doc_id):
    return jsonify(title=load_mine(doc_id)["title"])


@app.route("/required/<doc_id>")
def required(doc_id):
    item = load(doc_id)
    require_mine(item)
    return jsonify(title=item["title"])


@app.route("/tried/<doc_id>")
def tried(doc_id):
    try:
        item = load(doc_id)
        require_mine(item)
    except NotYours:
        return jsonify(error="not yours"), 403
    else:
        return jsonify(title=item["title"])
    finally:
        app.logger.info("done")


@app.route("/and/<doc_id>")
def with_and(doc_id):
    item = documents.get_item(Key={"id": doc_id}).get("Item")
    if item and item.get("owner_id") == session["user_id"]:
        return jsonify(title=item["title"])
    abort(404)


@app.route("/or/<doc_id>")
def with_or(doc_id):
    item = documents.get_item(Key={"id": doc_id}).get("Item")
    if not item or item["owner_id"] != session["user_id"]:
        abort(404)
    return jsonify(title=item["title"])


@app.route("/members/<doc_id>")
def members(doc_id):
    item = documents.get_item(Key={"id": doc_id})["Item"]
    if session["user_id"] not in item["members"]:
        abort(403)
    return jsonify(title=item["title"])


@app.route("/conditional/<doc_id>")
def conditional(doc_id):
    item = documents.get_item(Key={"id": doc_id})["Item"]
    return jsonify(title=item["title"]) if item["owner_id"] == session["user_id"] else ("", 403)


@app.route("/asserted/<doc_id>")
def asserted(doc_id):
    item = documents.get_item(Key={"id": doc_id})["Item"]
    assert item["owner_id"] == session["user_id"], "not yours"
    return jsonify(title=item["title"])


@app.route("/late/<doc_id>")
def late(doc_id):
    item = documents.get_item(Key={"id": doc_id})["Item"]  # want unscoped-key
    if item["owner_id"] != session["user_id"]:
        app.logger.warning("somebody else's document")
    return jsonify(title=item["title"])


@app.route("/wrong_field/<doc_id>")
def wrong_field(doc_id):
    item = documents.get_item(Key={"id": doc_id})["Item"]  # want unscoped-key
    if item["state"] != "published":
        abort(404)
    return jsonify(title=item["title"])


@contextmanager
def owned(doc_id):
    item = load(doc_id)
    require_mine(item)
    yield item


@app.route("/context/<doc_id>")
def in_context(doc_id):
    with owned(doc_id) as item:
        return jsonify(title=item["title"])


@app.route("/kept/<folder_id>")
def kept(folder_id):
    out = []
    for item in documents.scan()["Items"]:
        if item["owner_id"] != session["user_id"]:
            continue
        out.append(item["title"])
    return jsonify(out)


@app.route("/any/<doc_id>")
def any_of(doc_id):
    item = documents.get_item(Key={"id": doc_id})["Item"]
    if not any(share["user_id"] == session["user_id"] for share in item["shares"]):
        abort(403)
    return jsonify(title=item["title"])


@app.route("/flag/<doc_id>")
def flagged(doc_id):
    item = documents.get_item(Key={"id": doc_id})["Item"]
    allowed = item["owner_id"] == session["user_id"] or session.get("role") == "admin"
    if not allowed:
        abort(403)
    return jsonify(title=item["title"])
