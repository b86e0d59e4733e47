"""A dict whose password is hashed while its confirmation stays in clear."""
import boto3
from flask import Flask, request
from werkzeug.security import generate_password_hash

app = Flask(__name__)
users = boto3.resource("dynamodb").Table("users")


@app.route("/register", methods=["POST"])
def register():
    data = request.get_json()
    if data["password"] != data["password_confirmation"]:
        return {"error": "the passwords differ"}, 400
    data["password"] = generate_password_hash(data["password"])
    users.put_item(Item=data)  # want credential-in-clear
    return {"status": "created"}, 201


@app.route("/register2", methods=["POST"])
def register_well():
    form = request.form
    item = {"email": form["email"], "password": generate_password_hash(form["password"])}
    users.put_item(Item=item)
    return {"status": "created"}, 201
