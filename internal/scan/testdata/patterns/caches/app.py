"""What is kept in a cache and given to whoever asks for it, and what is nobody's."""
import json

import boto3
import redis
from flask import Flask, g, jsonify, session
from flask_caching import Cache

app = Flask(__name__)
cache = Cache(app, config={"CACHE_TYPE": "SimpleCache"})
store = redis.Redis.from_url("redis://cache")
table = boto3.resource("dynamodb").Table("customers")


@app.get("/cached/<customer_id>")
def cached(customer_id):
    found = cache.get(f"customer:{customer_id}")
    return jsonify(email=found["email"])


@app.get("/fill/<customer_id>")
def fill(customer_id):
    found = table.get_item(Key={"id": customer_id})["Item"]  # want unscoped-key
    cache.set(f"customer:{customer_id}", found, timeout=60)
    return jsonify(ok=True)


@app.get("/all")
def all_cached():
    return jsonify([row["email"] for row in json.loads(store.get("customers"))])


@app.get("/refresh")
def refresh():
    rows = table.scan()["Items"]  # want unscoped-scan
    store.setex("customers", 60, json.dumps(rows))
    return "", 204


@app.get("/mine")
def mine():
    return jsonify(cache.get("own:" + session["customer_id"])["email"])


@app.get("/keep")
def keep():
    item = table.get_item(Key={"id": session["customer_id"]})["Item"]
    cache.set("own:" + session["customer_id"], item)
    return "", 204


@app.get("/count")
def count():
    return jsonify(store.get("count"))


@app.get("/counted")
def counted():
    store.set("count", len(table.scan(Select="COUNT")["Items"]))
    return "", 204


@app.get("/same")
def same():
    return jsonify({"customers": 1}.get("customers"))
