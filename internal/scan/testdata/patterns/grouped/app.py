"""Items on their way through itertools, heapq, random and dicts of lists."""
import collections
import concurrent.futures
import copy
import heapq
import itertools
import random

import boto3
from flask import Flask, jsonify

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("users")


def load():
    return table.query(KeyConditionExpression="id = :i", ExpressionAttributeValues={":i": "x"})["Items"]  # want missing-projection


@app.get("/users/by-name")
def by_name():
    groups = {}
    for user in load():
        groups.setdefault(user["name"], []).append(user)
    return jsonify(groups)  # want raw-item


@app.get("/users/names")
def names():
    groups = {}
    for user in load():
        groups.setdefault("names", []).append(user["name"])
    return jsonify(groups)


@app.get("/users/by-team")
def by_team():
    return jsonify({team: list(users) for team, users in itertools.groupby(load(), key=lambda u: u["team"])})  # want raw-item


@app.get("/users/teams")
def teams():
    return jsonify([team for team, users in itertools.groupby(load(), key=lambda u: "a" if u else "b")])


@app.get("/users/some")
def some():
    return jsonify(random.sample(load(), 2))  # want raw-item


@app.get("/users/first")
def first():
    return jsonify(copy.copy(load()[0]))  # want raw-item


@app.get("/users/best")
def best():
    return jsonify(heapq.nlargest(3, load(), key=lambda u: u["points"]))  # want raw-item


@app.get("/users/points")
def points():
    return jsonify([u["points"] for u in heapq.nlargest(3, load(), key=lambda u: u["points"])])


@app.get("/users/given")
def given():
    return jsonify(collections.defaultdict(list, {"users": load()}))  # want raw-item


@app.get("/users/numbers")
def numbers():
    return jsonify([number for number, user in enumerate(load())])


def one(name):
    return table.get_item(Key={"id": name})["Item"]


@app.get("/users/at-once")
def at_once():
    with concurrent.futures.ThreadPoolExecutor() as pool:
        tasks = [pool.submit(one, name) for name in ("a", "b")]
        return jsonify([task.result() for task in concurrent.futures.as_completed(tasks)])  # want raw-item


@app.get("/users/together")
def together():
    answer = table.meta.client.transact_get_items(TransactItems=[{"Get": {"TableName": "users", "Key": {"id": "a"}}}])
    return jsonify([entry["Item"] for entry in answer["Responses"]])  # want raw-item


@app.get("/users/together/names")
def together_names():
    answer = table.meta.client.transact_get_items(TransactItems=[{"Get": {"TableName": "users", "Key": {"id": "a"}}}])
    return jsonify([entry["Item"]["name"] for entry in answer["Responses"]])
