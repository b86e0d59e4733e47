"""Items with which nobody's name is kept, beside those that have an owner."""
import boto3
from flask import Flask, jsonify, request
from flask_login import current_user, login_required

app = Flask(__name__)
exercises = boto3.resource("dynamodb").Table("exercises")
drawings = boto3.resource("dynamodb").Table("drawings")


@app.route("/exercises", methods=["POST"])
@login_required
def add_exercise():
    exercises.put_item(Item={"pattern": request.json["pattern"], "text": request.json["text"]})
    return "", 201


@app.route("/exercises/<pattern>")
@login_required
def exercise(pattern):
    return jsonify(text=exercises.get_item(Key={"pattern": pattern})["Item"]["text"])


@app.route("/drawings", methods=["POST"])
@login_required
def add_drawing():
    drawings.put_item(Item={"title": request.json["title"], "by": current_user.id, "lines": request.json["lines"]})
    return "", 201


@app.route("/drawings/<title>")
@login_required
def drawing(title):
    return jsonify(lines=drawings.get_item(Key={"title": title})["Item"]["lines"])  # want unscoped-key
