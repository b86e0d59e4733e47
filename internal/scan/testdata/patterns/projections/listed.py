"""A projection that the code puts together of names that it lists elsewhere."""

import boto3
from boto3.dynamodb.conditions import Key
from flask import Blueprint, jsonify
from flask_login import current_user, login_required

listed = Blueprint("listed", __name__)
table = boto3.resource("dynamodb").Table("members")


class Members:
    public = ["member_id", {"attribute": "name"}]

    @classmethod
    def names(cls):
        return ", ".join(x["attribute"] if isinstance(x, dict) else x for x in cls.public)


def of(member_id, names=None):
    options = {"KeyConditionExpression": Key("member_id").eq(member_id)}
    if names:
        options["ProjectionExpression"] = names
    return table.query(**options)["Items"]  # want missing-projection


@listed.get("/listed")
@login_required
def picked():
    return jsonify(of(current_user.id, Members.names()))


@listed.get("/unlisted")
@login_required
def everything():
    return jsonify(of(current_user.id))  # want raw-item
