"""Flask behind API Gateway: whichever adapter hands the event on."""
import boto3
import serverless_wsgi
from flask import Flask, jsonify, request

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("bookings")


@app.route("/bookings/<booking_id>")
def booking(booking_id):
    item = table.get_item(Key={"id": booking_id})["Item"]  # want unscoped-key
    return jsonify(guest=item["guest"])


def caller():
    return request.environ["serverless.authorizer"]["claims"]["sub"]


@app.route("/bookings")
def own():
    item = table.get_item(Key={"user": caller()})["Item"]
    return jsonify(guest=item["guest"])


@app.route("/apig")
def apig():
    event = request.environ["apig_wsgi.full_event"]
    item = table.get_item(Key={"user": event["requestContext"]["authorizer"]["claims"]["sub"]})["Item"]
    return jsonify(guest=item["guest"])


@app.route("/awsgi")
def gateway():
    who = request.environ.get("awsgi.event", {})["requestContext"]["authorizer"]["principalId"]
    item = table.get_item(Key={"user": who})["Item"]
    return jsonify(guest=item["guest"])


def handler(event, context):
    return serverless_wsgi.handle_request(app, event, context)
