from flask import Flask, jsonify
from flask_dynamo import Dynamo
from flask_jwt_extended import get_jwt_identity, jwt_required

app = Flask(__name__)
dynamo = Dynamo(app)


@app.route("/users")
@jwt_required()
def users():
    return jsonify([{"name": u["name"]} for u in dynamo.users.scan()["Items"]])  # want unscoped-scan


@app.route("/users/<user_id>")
@jwt_required()
def user(user_id):
    found = dynamo.tables["users"].get_item(Key={"id": user_id})  # want unscoped-key
    return jsonify(name=found["Item"]["name"])


@app.route("/me")
@jwt_required()
def me():
    found = dynamo.tables["users"].get_item(Key={"id": get_jwt_identity()})
    return jsonify(name=found["Item"]["name"])
