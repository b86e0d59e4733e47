"""What stands before and after every route, and what answers its errors."""
import logging
import traceback

import boto3
import jwt
from botocore.exceptions import ClientError
from flask import Flask, abort, current_app, g, jsonify, request

from notes import notes

app = Flask(__name__)
app.register_blueprint(notes)
users = boto3.resource("dynamodb").Table("users")
log = logging.getLogger(__name__)


@app.before_request
def load_user():
    g.user = None
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        try:
            claims = jwt.decode(header[7:], current_app.config["SECRET_KEY"], algorithms=["HS256"])
        except jwt.InvalidTokenError:
            abort(401)
        g.user = claims["sub"]


class QuotaExceeded(Exception):
    def __init__(self, limit):
        super().__init__("more than %d requests" % limit)
        self.limit = limit


@app.errorhandler(ClientError)
def dynamo_failed(e):
    return jsonify(error=str(e)), 500  # want error-in-body


@app.errorhandler(QuotaExceeded)
def too_many(e):
    return jsonify(error=str(e), limit=e.limit), 429


@app.errorhandler(404)
def not_found(e):
    return jsonify(error=str(e)), 404


def anything(error):
    log.exception("unhandled")
    return {"message": f"Something broke: {error}"}, 500  # want error-in-body


def quiet(error):
    log.error("failed: %s", error)
    return {"message": "try again"}, 503


app.register_error_handler(Exception, anything)
app.register_error_handler(500, quiet)


@app.after_request
def whoami(response):
    profile = users.get_item(Key={"id": request.args.get("user_id", "")}).get("Item")  # want client-asserted-identity
    if profile:
        response.set_data(jsonify(profile).get_data())  # want raw-item
    return response


@app.after_request
def headers(response):
    response.headers["X-User"] = g.user or ""
    return response


@app.teardown_request
def teardown(error):
    if error:
        log.error("".join(traceback.format_exception(error)))
