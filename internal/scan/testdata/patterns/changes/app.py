import boto3
from flask import Flask, abort, jsonify, redirect, request
from flask_jwt_extended import get_jwt_identity, jwt_required

import store

app = Flask(__name__)
notes = boto3.resource("dynamodb").Table("notes")
profiles = boto3.resource("dynamodb").Table("profiles")
games = boto3.resource("dynamodb").Table("games")


@app.post("/forget")
def forget():
    email = request.cookies.get("email")
    store.drop(email, request.form["song"])
    return redirect("/")


@app.post("/remember")
def remember():
    store.keep(request.headers.get("X-User-Id"), request.form["song"])
    return redirect("/")


@app.post("/register")
def register():
    profiles.put_item(Item={"email": request.json["email"], "name": request.json["name"]})
    return "", 201


@app.put("/profile")
@jwt_required()
def profile():
    profiles.update_item(  # want client-asserted-identity
        Key={"user_id": request.json["user_id"]}, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": request.json["name"]}
    )
    return "", 204


@app.put("/own")
@jwt_required()
def own():
    profiles.update_item(Key={"user_id": get_jwt_identity()}, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": request.json["name"]})
    return "", 204


@app.delete("/notes/<note_id>")
@jwt_required()
def remove(note_id):
    notes.delete_item(Key={"note_id": note_id})  # want unscoped-key?
    return "", 204


@app.delete("/checked/<note_id>")
@jwt_required()
def remove_checked(note_id):
    note = notes.get_item(Key={"note_id": note_id})["Item"]
    if note["owner"] != get_jwt_identity():
        abort(403)
    notes.delete_item(Key={"note_id": note_id})
    return "", 204


@app.delete("/conditional/<note_id>")
@jwt_required()
def remove_conditional(note_id):
    notes.delete_item(Key={"note_id": note_id}, ConditionExpression="owner = :me", ExpressionAttributeValues={":me": get_jwt_identity()})
    return "", 204


@app.delete("/games/<title>")
@jwt_required()
def remove_game(title):
    games.delete_item(Key={"title": title})
    return "", 204


def load_own(note_id):
    note = notes.get_item(Key={"note_id": note_id})["Item"]
    if note["owner"] != get_jwt_identity():
        abort(403)
    return note


@app.put("/shared/<note_id>")
@jwt_required()
def change_shared(note_id):
    load_own(note_id)
    notes.update_item(Key={"note_id": note_id}, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": 1})
    return "", 204


@app.delete("/shared/<note_id>")
@jwt_required()
def remove_shared(note_id):
    load_own(note_id)
    notes.delete_item(Key={"note_id": note_id})
    return "", 204
