"""Who has signed in, kept where every caller of the process shares it."""
import boto3
from flask import Flask, jsonify, render_template_string, request, session
from werkzeug.security import check_password_hash

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("members")
current_user = None
member_id = None
user_table = None
shown_user = None


@app.post("/login")
def login():
    global current_user, member_id
    item = table.get_item(Key={"email": request.form["email"]})["Item"]
    if not check_password_hash(item["password_hash"], request.form["password"]):
        return "no", 403
    current_user, member_id = item, item["id"]
    session["member_id"] = item["id"]
    return "welcome"


@app.get("/home")
def home():
    return render_template_string("<p>{{ user.name }}</p>", user=current_user)  # want missing-authentication


@app.get("/again")
def again():
    return jsonify(name=current_user["name"])


@app.get("/own")
def own():
    item = table.get_item(Key={"id": session["member_id"]})["Item"]
    return jsonify(name=item["name"], same=item["id"] == member_id)


@app.get("/open")
def opened():
    global user_table
    user_table = boto3.resource("dynamodb").Table("user_names")
    return "ready"


@app.get("/opened")
def used():
    return jsonify(ready=user_table is not None)


@app.get("/shown")
def shown():
    global shown_user
    shown_user = request.args["name"].title()
    return jsonify(name=shown_user)


@app.get("/argument")
def argument():
    member_id = request.args["id"]
    return jsonify(id=member_id)


@app.get("/logout")
def logout():
    global current_user
    current_user = None
    return "bye"
