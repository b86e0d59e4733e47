"""A login that hands the caller to the function cannot stand above another."""
import boto3
from flask import Blueprint, jsonify

from auth import token_required

bp = Blueprint("handed", __name__)
table = boto3.resource("dynamodb").Table("settings")


@bp.get("/handed/secret")
def secret():
    item = table.get_item(Key={"name": "launch"})["Item"]
    return jsonify(code=item["code"])


@bp.get("/handed/public")
@token_required
def public(current_user):
    return jsonify(name=current_user)
