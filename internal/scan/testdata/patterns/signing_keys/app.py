import os

import jwt
from flask import Flask
from itsdangerous import URLSafeTimedSerializer

import tokens

app = Flask(__name__)
app.secret_key = "super secret key"  # want secret-in-source
app.config["JWT_SECRET_KEY"] = "secret"  # want secret-in-source
app.config.update(DEBUG=False, SECRET_KEY="dev")  # want secret-in-source
app.config.from_mapping({"SECURITY_PASSWORD_SALT": "salt"})  # want secret-in-source
app.config["SESSION_SECRET"] = os.environ.get("SESSION_SECRET") or "secret"  # want secret-in-source
app.config["SECRET_KEY"] = os.environ.get("SECRET_KEY", "dev")  # want secret-in-source
app.config["WTF_CSRF_SECRET_KEY"] = os.environ["CSRF_KEY"]
app.config["JWT_SECRET"] = os.environ.get("JWT_SECRET", "")
app.config["SESSION_COOKIE_NAME"] = "secret"

links = URLSafeTimedSerializer("confirm")  # want secret-in-source
sessions = URLSafeTimedSerializer(app.secret_key, salt="email-confirm")


def issue(user):
    return jwt.encode({"sub": user}, "your-key", algorithm="HS256")  # want secret-in-source


def read(token, keys):
    return jwt.decode(token, keys["public"], algorithms=["RS256"])


def peek(token):
    return jwt.decode(token, "unused", options={"verify_signature": False})
