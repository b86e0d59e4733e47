import os
import secrets

import bcrypt
from flask import Flask, request, session
from flask_httpauth import HTTPBasicAuth
from werkzeug.security import check_password_hash, generate_password_hash

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
basic = HTTPBasicAuth()
users = {  # want secret-in-source
    "john": "hello",
    "susan": "bye",
}
hashed = {"john": generate_password_hash("hello")}  # want secret-in-source
colours = {"john": "red"}
ADMIN_PASSWORD = os.environ["ADMIN_PASSWORD"]
DUMMY_HASH = generate_password_hash("spent on unknown users")


@basic.verify_password
def verify(username, password):
    if username in users and users.get(username) == password:
        return username
    return username in hashed and check_password_hash(hashed[username], password)


@app.post("/login")
def login():
    form = request.form
    if form["username"] == "admin" and form["password"] == "admin":  # want secret-in-source
        session["user"] = "admin"
    if form.get("password", "") == ADMIN_PASSWORD:
        session["user"] = "admin"
    if form["password"] == "" or form["password"] == "None":
        return "a password is needed", 400
    return "", 204


@app.post("/keys")
def keys():
    if request.headers.get("X-Api-Key") != "k-1":  # want secret-in-source
        return "", 401
    if not secrets.compare_digest(request.authorization.password, "letmein"):  # want secret-in-source
        return "", 401
    return "", 204


@app.post("/colours")
def colour():
    password = request.form["password"]
    if colours[request.form["name"]] == request.form["colour"] and password:
        return "", 204
    return "", 400


def seed(store):
    store("admin", bcrypt.hashpw(b"changeme", bcrypt.gensalt()))  # want secret-in-source


def check(settings):
    if app.config["SECRET_KEY"] == "dev" or settings.password == "postgres":
        raise SystemExit("set the secrets first")


def token(grant_type, kind, secret):
    if grant_type == "password" or kind == "secret" or secret == "secret":
        return None
    return generate_password_hash(os.environ["SEED_PASSWORD"])
