"""Forms that an item is put into, and a template prints."""
import boto3
from flask import Flask, render_template, session
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("employees")


def own():
    return table.get_item(Key={"id": session["user_id"]})["Item"]


class KeyForm(FlaskForm):
    name = StringField("Name")
    api_key = StringField("Key")


class HiddenForm(FlaskForm):
    name = StringField("Name")
    api_key = PasswordField("Key")


@app.get("/data")
def data():
    return render_template("fields.html", form=KeyForm(data=own()))  # want sensitive-attribute


@app.get("/hidden")
def hidden():
    return render_template("fields.html", form=HiddenForm(data=own()))


@app.get("/name")
def name():
    return render_template("name.html", form=KeyForm(data=own()))


@app.get("/all")
def every():
    return render_template("all.html", form=KeyForm(data=own()))  # want sensitive-attribute


@app.get("/quick")
def quick():
    return render_template("quick.html", form=KeyForm(data=own()))  # want sensitive-attribute


@app.get("/one")
def one():
    item = own()
    form = KeyForm()
    form.name.data = item["api_key"]
    return render_template("name.html", form=form)  # want sensitive-attribute


@app.get("/empty")
def empty():
    item = own()
    form = KeyForm()
    form.name.data = item["name"]
    return render_template("fields.html", form=form)
