"""A table's methods as values, objects that are iterated over, what the app keeps."""
from functools import partial

import boto3
from flask import Flask, current_app, jsonify
from flask_login import current_user, login_required

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("users")


class Users:
    def __iter__(self):
        return iter(table.scan()["Items"])  # want unscoped-scan missing-projection

    def everyone(self):
        for item in table.scan()["Items"]:  # want unscoped-scan missing-projection
            yield item


app.extensions["users"] = Users()
app.config["FIND"] = table.get_item


@app.get("/listed")
@login_required
def listed():
    return jsonify(list(Users()))  # want raw-item


@app.get("/extension")
@login_required
def extension():
    return jsonify(list(current_app.extensions["users"].everyone()))  # want raw-item


@app.get("/kept/<uid>")
@login_required
def kept(uid):
    find = table.get_item
    return find(Key={"user_id": uid})["Item"]  # want unscoped-key raw-item


@app.get("/partial/<uid>")
@login_required
def bound(uid):
    find = partial(table.get_item, ConsistentRead=True)
    return find(Key={"user_id": uid})["Item"]  # want unscoped-key raw-item


@app.get("/named/<uid>")
@login_required
def named(uid):
    return {"city": getattr(table, "get_item")(Key={"user_id": uid})["Item"]["city"]}  # want unscoped-key


@app.get("/config/<uid>")
@login_required
def configured(uid):
    return {"city": current_app.config["FIND"](Key={"user_id": uid})["Item"]["city"]}  # want unscoped-key


@app.get("/own")
@login_required
def own():
    find = partial(table.get_item, ConsistentRead=True)
    return {"city": find(Key={"user_id": current_user.id})["Item"]["city"]}
