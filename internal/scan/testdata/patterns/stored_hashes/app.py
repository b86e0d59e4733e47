"""An answer with the item that was just stored, and with it the hash."""
import boto3
from flask import Flask, jsonify, request
from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model
from werkzeug.security import generate_password_hash

app = Flask(__name__)
users = boto3.resource("dynamodb").Table("users")


class Member(Model):
    class Meta:
        table_name = "members"

    name = UnicodeAttribute(hash_key=True)
    password = UnicodeAttribute()

    def __repr__(self):
        return f"Member {self.name}"


@app.route("/users", methods=["POST"])
def add():
    item = {"name": request.json["name"], "password": generate_password_hash(request.json["password"])}
    users.put_item(Item=item)
    return jsonify(item), 201  # want sensitive-attribute


@app.route("/people", methods=["POST"])
def add_quietly():
    item = {"name": request.json["name"], "password": generate_password_hash(request.json["password"])}
    users.put_item(Item=item)
    del item["password"]
    return jsonify(item), 201


@app.route("/members", methods=["POST"])
def add_member():
    member = Member(name=request.json["name"], password=generate_password_hash(request.json["password"]))
    member.save()
    return member.attribute_values  # want sensitive-attribute


@app.route("/members/first")
def first():
    member = Member.get("first")
    print(member)
    return jsonify(name=member.name)
