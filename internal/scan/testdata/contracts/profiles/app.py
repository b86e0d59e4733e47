"""The app of the profiles example, before discreet."""
import logging
import os

import boto3
import jwt
from flask import Flask, abort, g, jsonify, request

app = Flask(__name__)
log = logging.getLogger(__name__)
table = boto3.resource("dynamodb").Table(os.environ["USER_PROFILES_TABLE"])


@app.before_request
def who():
    try:
        claims = jwt.decode(request.headers["Authorization"], os.environ["KEY"], algorithms=["RS256"])
    except jwt.InvalidTokenError:
        abort(401)
    g.user_id = claims["sub"]


def fetch(user_id):
    return table.get_item(Key={"user_id": user_id}).get("Item")  # want unscoped-key


@app.get("/api/profile")
def own():
    item = fetch(g.user_id)
    if item.get("is_admin"):  # want unseen-attribute
        return jsonify(item)  # want raw-item
    # A view shows the e-mail address to its owner; notes are for nobody.
    mail = item["email"]
    notes = item["internal_notes"]  # want unseen-attribute
    return jsonify({"id": item["user_id"], "mail": mail, "notes": notes})  # want sensitive-attribute


@app.get("/api/profiles/<user_id>")
def other(user_id):
    item = fetch(user_id)
    ssn = item["ssn"]  # want unseen-attribute
    log.info("profile of %s", ssn)  # want sensitive-log
    log.info("theme %s", item["preferences"]["theme"])
    return jsonify({"name": item["display_name"]})


@app.patch("/api/profile")
def change():
    item = fetch(g.user_id)
    if "locked" in item:  # want unseen-attribute
        abort(403)
    if not item["verified"]:  # want unseen-attribute
        abort(403)
    table.update_item(
        Key={"user_id": g.user_id},
        UpdateExpression="SET display_name = :n",
        ExpressionAttributeValues={":n": request.json["name"]},
    )
    return "", 204
