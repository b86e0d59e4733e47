"""Two names for one item: what is taken out of it by one is missing by the other."""
import boto3
from flask import Flask, jsonify, session

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("users")


def own():
    return table.get_item(Key={"id": session["id"]})["Item"]


@app.get("/other")
def by_other_name():
    item = own()
    same = item
    again = same
    again.pop("password_hash", None)
    return jsonify(item)  # want deny-list


@app.get("/copy")
def of_a_copy():
    item = own()
    shown = item
    shown = dict(shown)
    del shown["password_hash"]
    return jsonify(item)  # want raw-item


@app.get("/filled")
def filled():
    out = {}
    part = out
    part["name"] = own()["name"]
    return jsonify(out)


@app.get("/filled-with-more")
def filled_with_more():
    out = {}
    part = out
    same = part
    same["key"] = own()["api_key"]
    return jsonify(out)  # want sensitive-attribute
