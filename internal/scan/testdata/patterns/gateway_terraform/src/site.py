import awsgi
import boto3
from flask import Blueprint, Flask, jsonify

app = Flask(__name__)
public = Blueprint("public", __name__, url_prefix="/public")
table = boto3.resource("dynamodb").Table("vault")


@app.route("/keys")
def keys():
    item = table.get_item(Key={"id": "keys"})["Item"]
    return jsonify(token=item["secret_token"])  # want sensitive-attribute


@public.route("/keys")
def public_keys():
    item = table.get_item(Key={"id": "keys"})["Item"]  # want missing-authentication
    return jsonify(token=item["secret_token"])  # want sensitive-attribute


app.register_blueprint(public)


def lambda_handler(event, context):
    return awsgi.response(app, event, context)
