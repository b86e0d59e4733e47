"""What becomes of an item on its way: copies, merges, picks, round trips."""
import copy
import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from operator import itemgetter
from typing import TypedDict

import boto3
from flask import Flask, jsonify, session

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("profiles")
PUBLIC = ("name", "city")


def own():
    return table.get_item(Key={"user_id": session["user_id"]})["Item"]


@app.route("/dict_call")
def dict_call():
    return jsonify(dict(**own()))  # want raw-item


@app.route("/spread")
def spread():
    return jsonify({**own(), "seen": True})  # want raw-item


@app.route("/union")
def union():
    return jsonify(own() | {"seen": True})  # want raw-item


@app.route("/updated")
def updated():
    out = {"seen": True}
    out.update(own())
    return jsonify(out)  # want raw-item


@app.route("/deep_copied")
def deep_copied():
    return jsonify(copy.deepcopy(own()))  # want raw-item


@app.route("/round_trip")
def round_trip():
    return json.loads(json.dumps(own(), default=str))  # want raw-item


@app.route("/listed")
def listed():
    out = []
    out.append(own())
    return jsonify(profiles=out)  # want raw-item


@app.route("/nested")
def nested():
    return jsonify({"data": {"profile": own()}})  # want raw-item


@app.route("/popped")
def popped():
    item = own()
    item.pop("salary", None)
    del item["notes"]
    return jsonify(item)  # want deny-list


@app.route("/but")
def but():
    return jsonify({k: v for k, v in own().items() if k not in ("salary", "notes")})  # want deny-list


@app.route("/grouped")
def grouped():
    groups = defaultdict(list)
    item = own()
    groups[item["city"]].append(item)
    return jsonify(groups)  # want raw-item


@app.route("/token")
def with_token():
    item = own()
    return jsonify(name=item["name"], reset=item.get("reset_token"))  # want sensitive-attribute


# What names what it shows is no exposure.


@app.route("/picked")
def picked():
    item = own()
    return jsonify({"name": item["name"], "city": item.get("city")})


@app.route("/allowed")
def allowed():
    item = own()
    return jsonify({k: item[k] for k in PUBLIC})


@app.route("/allowed/present")
def allowed_present():
    return jsonify({k: v for k, v in own().items() if k in PUBLIC})


@app.route("/looped")
def looped():
    item, out = own(), {}
    for name in ["name", "city"]:
        if name in item:
            out[name] = item[name]
    return jsonify(out)


@app.route("/getter")
def getter():
    name, city = itemgetter("name", "city")(own())
    return jsonify(name=name, city=city)


@dataclass
class Card:
    name: str
    city: str = ""

    @classmethod
    def of(cls, item):
        return cls(name=item["name"], city=item.get("city", ""))


class Row(TypedDict):
    name: str
    city: str


@app.route("/dataclass")
def as_dataclass():
    return jsonify(asdict(Card.of(own())))


@app.route("/dataclass/vars")
def as_vars():
    return jsonify(vars(Card.of(own())))


@app.route("/typed")
def typed() -> Row:
    item = own()
    return Row(name=item["name"], city=item["city"])


@app.route("/replaced")
def replaced():
    item = own()
    item = {"name": item["name"]}
    return jsonify(item)


@app.route("/overwritten")
def overwritten():
    out = {"profile": own()}
    out["profile"] = None
    return jsonify(out)


@app.route("/other_key")
def other_key():
    state = {"item": own(), "status": "ok"}
    return jsonify(state["status"])


@app.route("/sizes")
def sizes():
    item = own()
    return jsonify(fields=len(item), known=bool(item), has="name" in item)


@app.route("/sorted")
def sorted_names():
    items = table.query(KeyConditionExpression="user_id = :u", ExpressionAttributeValues={":u": session["user_id"]})["Items"]
    items.sort(key=lambda i: i["at"], reverse=True)
    return jsonify([i["name"] for i in sorted(items, key=itemgetter("name"))])
