"""A login behind a #."""
import boto3
from flask import Blueprint, jsonify

from auth import require_auth

bp = Blueprint("objects", __name__)
table = boto3.resource("dynamodb").Table("objects")


@bp.route("/objects/<object_id>", methods=["GET"])
@bp.route("/items/<object_id>", methods=["GET"])
# @require_auth  # want missing-authentication
def one(object_id):
    item = table.get_item(Key={"id": object_id})["Item"]  # want unscoped-key
    return jsonify(name=item["name"])


@bp.route("/status")
@require_auth
def status():
    return jsonify(name=table.get_item(Key={"id": "status"})["Item"]["name"])


@bp.route(
    "/parts/<part_id>", methods=["GET"]
)  # , cors=True, authorizer=jwt_auth)  # want missing-authentication
def part(part_id):
    return jsonify(name=table.get_item(Key={"id": "part"})["Item"]["name"])  # want missing-authentication


@bp.route("/free")  # no authorizer=... here: everybody may see it
def free():
    return jsonify(state="open")
