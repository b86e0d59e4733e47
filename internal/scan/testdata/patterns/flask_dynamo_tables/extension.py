from flask import Blueprint, current_app, jsonify

members = Blueprint("members", __name__)


def everyone():
    dynamo = current_app.extensions["dynamo"]
    found = dynamo.tables["members"].scan()  # want unscoped-scan
    if "Items" in found:
        return (found["Items"], len(found["Items"]))
    return []


@members.route("/members")
def listed():
    (people, count) = everyone()
    return jsonify({"count": count, "names": [p["name"] for p in people]})
