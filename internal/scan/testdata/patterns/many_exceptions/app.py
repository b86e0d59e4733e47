"""Among many exceptions of the app's own, the one that carries boto3's text is answered."""
import boto3
from botocore.exceptions import ClientError
from flask import Flask, jsonify, request

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("profiles")


class Refused(Exception):
    def __init__(self, error, status_code):
        super().__init__(error)
        self.error = error
        self.status_code = status_code


@app.errorhandler(Refused)
def refused(ex):
    return jsonify(ex.error), ex.status_code


def checked(profile):
    if "name" not in profile:
        raise Refused({"code": "no_name"}, 400)
    if "email" not in profile:
        raise Refused({"code": "no_email"}, 400)
    if "phone" not in profile:
        raise Refused({"code": "no_phone"}, 400)
    if "street" not in profile:
        raise Refused({"code": "no_street"}, 400)
    if "city" not in profile:
        raise Refused({"code": "no_city"}, 400)
    if "country" not in profile:
        raise Refused({"code": "no_country"}, 400)
    if "zip" not in profile:
        raise Refused({"code": "no_zip"}, 400)
    if "company" not in profile:
        raise Refused({"code": "no_company"}, 400)
    if "title" not in profile:
        raise Refused({"code": "no_title"}, 400)
    if "team" not in profile:
        raise Refused({"code": "no_team"}, 400)
    if "manager" not in profile:
        raise Refused({"code": "no_manager"}, 400)
    if "office" not in profile:
        raise Refused({"code": "no_office"}, 400)
    if "language" not in profile:
        raise Refused({"code": "no_language"}, 400)
    if "timezone" not in profile:
        raise Refused({"code": "no_timezone"}, 400)
    if "picture" not in profile:
        raise Refused({"code": "no_picture"}, 400)
    if "website" not in profile:
        raise Refused({"code": "no_website"}, 400)
    if "badge" not in profile:
        raise Refused({"code": "no_badge"}, 400)
    if "room" not in profile:
        raise Refused({"code": "no_room"}, 400)
    return profile


@app.post("/profiles")
def create():
    profile = checked(request.get_json())
    try:
        table.put_item(Item=profile)
    except ClientError as e:
        raise Refused({"code": "not_stored", "description": "{}".format(e)}, 500)  # want error-in-body
    return "", 201
