"""What is public, and what is not, the contract says, and not the names."""
import boto3
from flask import Flask, jsonify

app = Flask(__name__)
members = boto3.resource("dynamodb").Table("members")
movies = boto3.resource("dynamodb").Table("movies")


@app.get("/members")
def all_members():
    return jsonify([{"nickname": m["nickname"]} for m in members.scan()["Items"]])


@app.get("/members/<id>")
def member(id):
    item = members.get_item(Key={"id": id})["Item"]
    return jsonify({"nickname": item["nickname"], "id": item["id"]})


@app.get("/phones/<id>")
def phone(id):
    item = members.get_item(Key={"id": id})["Item"]  # want unscoped-key
    number = item["phone"]  # want unseen-attribute
    return jsonify({"phone": number})  # want sensitive-attribute


@app.get("/movies")
def all_movies():
    return jsonify([{"title": m["title"]} for m in movies.scan()["Items"]])  # want unscoped-scan sensitive-attribute
