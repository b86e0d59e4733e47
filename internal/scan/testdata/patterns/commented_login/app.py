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
