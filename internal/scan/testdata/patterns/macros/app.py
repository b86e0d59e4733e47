"""Templates that print by macros: their own, and another file's."""
import boto3
from flask import Flask, render_template, session

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("employees")


def own():
    return table.get_item(Key={"id": session["user_id"]})["Item"]


@app.get("/own")
def own_macro():
    return render_template("own.html", member=own())  # want sensitive-attribute


@app.get("/imported")
def imported():
    return render_template("imported.html", member=own())  # want sensitive-attribute


@app.get("/module")
def module():
    return render_template("module.html", member=own())  # want sensitive-attribute


@app.get("/listed")
def listed():
    return render_template("listed.html", members=[own()])


@app.get("/unused")
def unused():
    return render_template("unused.html", member=own())
