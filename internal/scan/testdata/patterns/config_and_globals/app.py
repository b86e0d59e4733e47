"""Tables that come from configuration, from extensions, from singletons."""
import boto3
from flask import Flask, current_app, jsonify

from database import Database, Singleton, db

app = Flask(__name__)
app.config["DYNAMO"] = boto3.resource("dynamodb")
app.config.update(USERS_TABLE="users")
app.extensions["tables"] = {"users": app.config["DYNAMO"].Table("users")}
db.init_app(app)
TABLES = {name: boto3.resource("dynamodb").Table(name) for name in ("users", "orders")}


@app.route("/config/<user_id>")
def config(user_id):
    table = current_app.config["DYNAMO"].Table(current_app.config["USERS_TABLE"])
    return jsonify(name=table.get_item(Key={"id": user_id})["Item"]["name"])  # want unscoped-key


@app.route("/extension/<user_id>")
def extension(user_id):
    table = current_app.extensions["tables"]["users"]
    return jsonify(name=table.get_item(Key={"id": user_id})["Item"]["name"])  # want unscoped-key


@app.route("/singleton/<user_id>")
def singleton(user_id):
    table = Singleton.instance().table("users")
    return jsonify(name=table.get_item(Key={"id": user_id})["Item"]["name"])  # want unscoped-key


@app.route("/database/<user_id>")
def database(user_id):
    return jsonify(name=Database("users")[user_id]["name"])


@app.route("/db/<user_id>")
def from_db(user_id):
    return jsonify(name=db.users.get_item(Key={"id": user_id})["Item"]["name"])  # want unscoped-key


@app.route("/tables/<user_id>")
def tables(user_id):
    return jsonify(name=TABLES["users"].get_item(Key={"id": user_id})["Item"]["name"])  # want unscoped-key
