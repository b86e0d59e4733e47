from flask import Flask, jsonify, request, session
from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

app = Flask(__name__)


class User(Model):
    class Meta:
        table_name = "users"

    email = UnicodeAttribute(hash_key=True)
    password = UnicodeAttribute()


@app.route("/users")
def users():
    return jsonify([u.email for u in User.scan()])  # want unscoped-scan


@app.route("/users/<email>")
def user(email):
    found = User.get(email)  # want unscoped-key
    return jsonify(found.attribute_values)  # want raw-item


@app.route("/me")
def me():
    return jsonify(email=User.get(session["email"]).email)


@app.route("/mine")
def mine():
    return jsonify([u.email for u in User.scan((User.email == session["email"]) & User.email.contains(request.args["q"]))])


@app.route("/users", methods=["POST"])
def create():
    data = request.get_json()
    made = User(email=data["email"], password=data["password"])  # want credential-in-clear
    made.save()
    return "", 201
