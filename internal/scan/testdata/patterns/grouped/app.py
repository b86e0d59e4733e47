"""Items on their way through itertools, heapq, random and dicts of lists."""
import collections
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
