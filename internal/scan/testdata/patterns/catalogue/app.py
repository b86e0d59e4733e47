"""A catalogue that nobody owns: a matter of policy."""
import boto3
from flask import Flask, jsonify

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("games")


@app.route("/games")
def games():
    return jsonify([{"name": g["title"]} for g in table.scan()["Items"]])  # want unscoped-scan?


@app.route("/games/<game_id>")
def game(game_id):
    return jsonify(name=table.get_item(Key={"id": game_id})["Item"]["title"])
