"""Decorators of the app's own: a guard, one that hands the user on, a transformer."""
from functools import wraps

import boto3
from flask import abort, g, jsonify, request, session
from itsdangerous import BadSignature, URLSafeTimedSerializer
from jose import jwt as jose_jwt

import settings

users = boto3.resource("dynamodb").Table("users")
signer = URLSafeTimedSerializer(settings.KEY)


def token_required(f):
    @wraps(f)
    def decorated(*args, **kwargs):
        token = request.headers.get("x-access-token")
        if not token:
            return jsonify({"message": "a token is missing"}), 401
        try:
            data = jose_jwt.decode(token, settings.KEY, algorithms=["HS256"])
            current_user = users.get_item(Key={"username": data["username"]})["Item"]
        except Exception:
            return jsonify({"message": "token is invalid"}), 401
        return f(current_user, *args, **kwargs)

    return decorated


def signed_in(view):
    @wraps(view)
    def wrapped(*args, **kwargs):
        if "user" not in session:
            abort(401)
        g.account = session["user"]
        return view(*args, **kwargs)

    return wrapped


def role_required(*roles):
    def outer(view):
        @wraps(view)
        def wrapped(*args, **kwargs):
            if session.get("role") not in roles:
                abort(403)
            return view(*args, **kwargs)

        return wrapped

    return outer


def api_answer(view):
    @wraps(view)
    def wrapped(*args, **kwargs):
        try:
            return jsonify(ok=True, data=view(*args, **kwargs))
        except BadSignature:
            return jsonify(ok=False, error="bad signature"), 400
        except Exception as e:
            return jsonify(ok=False, error=repr(e)), 500  # want error-in-body

    return wrapped


def trusting(view):
    @wraps(view)
    def wrapped(*args, **kwargs):
        kwargs["user_id"] = request.headers.get("X-User-Id")
        return view(*args, **kwargs)

    return wrapped
