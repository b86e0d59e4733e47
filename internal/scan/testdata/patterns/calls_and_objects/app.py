"""How calls go: tables of functions, partials, callbacks, closures, injected objects."""
import functools
from functools import partial

import boto3
from flask import Flask, jsonify, request, session

from repositories import AuditedRepo, CustomerRepo, build
from services import CustomerService, Lookup, service

app = Flask(__name__)
customers = boto3.resource("dynamodb").Table("customers")


def by_id(key):
    return customers.get_item(Key={"id": key})["Item"]  # want unscoped-key


def nothing(key):
    return {"name": "nobody"}


FINDERS = {"id": by_id, "none": nothing}


@app.route("/dispatch/<kind>/<key>")
def dispatch(kind, key):
    finder = FINDERS.get(kind, nothing)
    return jsonify(name=finder(key)["name"])


@app.route("/dispatch/fixed/<key>")
def dispatch_fixed(key):
    return jsonify(FINDERS["none"](key))


def read(table, key, pick=None):
    item = table.get_item(Key={"id": key})["Item"]  # want unscoped-key
    return pick(item) if pick else item


read_customer = partial(read, customers)
read_name = functools.partial(read, customers, pick=lambda i: {"name": i["name"]})


@app.route("/partial/<key>")
def with_partial(key):
    return jsonify(read_customer(key))  # want raw-item


@app.route("/partial/name/<key>")
def with_pick(key):
    return jsonify(read_name(key))


def make_reader(table):
    def reader(key):
        return table.get_item(Key={"id": key})["Item"]  # want unscoped-key

    return reader


closure = make_reader(customers)


@app.route("/closure/<key>")
def with_closure(key):
    return jsonify(name=closure(key)["name"])


@app.route("/closure/own")
def with_closure_own():
    return jsonify(name=closure(session["user_id"])["name"])


@app.route("/service/<key>")
def with_service(key):
    return jsonify(CustomerService(CustomerRepo(customers)).profile(key))


@app.route("/service/card/<key>")
def with_card(key):
    return jsonify(CustomerService(repo=AuditedRepo(customers, "web")).card(key))


@app.route("/service/own")
def with_own():
    return jsonify(service.profile_card(session["user_id"]))


@app.route("/service/global/<key>")
def with_global(key):
    return jsonify(service.card(key))


@app.route("/callable/<key>")
def with_callable(key):
    lookup = Lookup(build("customers"))
    return jsonify(name=lookup(key)["name"])


@app.route("/mapped", methods=["POST"])
def mapped():
    return jsonify(list(map(lambda k: by_id(k)["name"], request.json["ids"])))


@app.route("/getattr/<key>")
def with_getattr(key):
    repo = CustomerRepo(customers)
    return jsonify(name=getattr(repo, "get")(key)["name"])


def view_of(item, *, full=False):
    if full:
        return item
    return {"name": item["name"]}


@app.route("/flag/<key>")
def flag(key):
    return jsonify(view_of(by_id(key)))


@app.route("/flag/full/<key>")
def flag_full(key):
    return jsonify(view_of(by_id(key), full=True))  # want raw-item
