import boto3
from flask import Flask, current_app, jsonify, request
from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

app = Flask(__name__)
db = boto3.resource("dynamodb")
stage = current_app.config["STAGE"]


class Row(Model):
    class Meta:
        table_name = "rows"

    row_id = UnicodeAttribute(hash_key=True)
    email = UnicodeAttribute()


class Entry(Model):
    class Meta:
        table_name = "members"

    entry_id = UnicodeAttribute(hash_key=True)


class Lamp(Model):
    class Meta:
        table_name = "lamps"

    lamp_id = UnicodeAttribute(hash_key=True)
    watts = UnicodeAttribute()


@app.get("/rows/<row_id>")
def row(row_id):
    return jsonify(name=Row.get(row_id).title)  # want unscoped-key


@app.get("/entries/<entry_id>")
def entry(entry_id):
    return jsonify(name=Entry.get(entry_id).title)  # want unscoped-key


@app.get("/lamps/<lamp_id>")
def lamp(lamp_id):
    return jsonify(watts=Lamp.get(lamp_id).watts)  # want unscoped-key?


@app.get("/a/<key>")
def staged(key):
    return jsonify(db.Table(f"{stage}-users").get_item(Key={"k": key})["Item"]["title"])  # want unscoped-key


@app.get("/b/<key>")
def configured(key):
    return jsonify(db.Table(current_app.config["USERS_TABLE"]).get_item(Key={"k": key})["Item"]["title"])  # want unscoped-key


@app.get("/c/<key>")
def named(key):
    return jsonify(db.Table(f"{stage}-lamps").get_item(Key={"k": key})["Item"]["title"])  # want unscoped-key?


@app.get("/d/<key>")
def written(key):
    return jsonify(db.Table("rows2").get_item(Key={"k": key})["Item"]["title"])  # want unscoped-key


@app.post("/d")
def write():
    db.Table("rows2").put_item(Item={"k": request.json["k"], "phone": request.json["phone"]})
    return "", 204
