"""Pages: a template shows what it names."""
import boto3
from flask import Flask, redirect, render_template, render_template_string, session, url_for

app = Flask(__name__)
members = boto3.resource("dynamodb").Table("members")


@app.route("/members/<member_id>")
def member(member_id):
    found = members.get_item(Key={"id": member_id})["Item"]  # want unscoped-key
    return render_template("member.html", member=found)


@app.route("/me")
def me():
    if "user_id" not in session:
        return redirect(url_for("login"))
    found = members.get_item(Key={"id": session["user_id"]})["Item"]
    return render_template("member.html", member=found)


@app.route("/dump")
def dump():
    found = members.get_item(Key={"id": session["user_id"]})["Item"]
    return render_template_string("<pre>{{ member | tojson }}</pre>", member=found)  # want raw-item


@app.route("/data")
def data():
    found = members.get_item(Key={"id": session["user_id"]})["Item"]
    return render_template("data.html", member=found)  # want raw-item


@app.route("/reset")
def reset():
    found = members.get_item(Key={"id": session["user_id"]})["Item"]
    return render_template("reset.html", m=found)  # want sensitive-attribute


@app.route("/table")
def table():
    found = members.query(KeyConditionExpression="id = :i", ExpressionAttributeValues={":i": session["user_id"]})["Items"]  # want missing-projection
    return render_template("table.html", rows=found)  # want raw-item


@app.route("/login")
def login():
    return render_template("login.html", title="Sign in")
