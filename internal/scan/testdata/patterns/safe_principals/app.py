"""Who a verified caller is, in the ways that libraries and teams say it: nothing here is an exposure."""
import functools

import boto3
import flask_login
import google.auth.transport.requests
import jwt
from authlib.integrations.flask_oauth2 import ResourceProtector, current_token
from boto3.dynamodb.conditions import Key
from firebase_admin import auth as firebase_auth
from flask import Flask, abort, g, jsonify, request, session
from flask_cognito import cognito_auth_required, current_cognito_jwt, current_user as cognito_user
from flask_httpauth import HTTPBasicAuth, HTTPTokenAuth
from flask_jwt import current_identity, jwt_required as old_jwt_required
from flask_jwt_extended import current_user, get_jwt, get_jwt_claims, get_jwt_identity, jwt_required
from google.oauth2 import id_token
from jose import jwt as jose

app = Flask(__name__)
notes = boto3.resource("dynamodb").Table("user_notes")
basic, tokens = HTTPBasicAuth(), HTTPTokenAuth(scheme="Bearer")
require_oauth = ResourceProtector()


def of(user):
    found = notes.query(KeyConditionExpression=Key("user_id").eq(user))
    return jsonify([n["text"] for n in found["Items"]])


@app.route("/1")
@jwt_required()
def one():
    return of(get_jwt_identity())


@app.route("/2")
@jwt_required()
def two():
    return of(get_jwt()["sub"])


@app.route("/3")
@flask_login.login_required
def three():
    return of(flask_login.current_user.get_id())


@app.route("/4")
@basic.login_required
def four():
    return of(basic.current_user())


@app.route("/5")
@tokens.login_required
def five():
    return of(tokens.current_user()["id"])


@app.route("/6")
@cognito_auth_required
def six():
    return of(current_cognito_jwt["sub"])


@app.route("/7")
def seven():
    claims = jose.decode(request.headers["Authorization"].split()[-1], "key", algorithms=["RS256"], audience="x")
    return of(claims.get("sub"))


@app.route("/8")
def eight():
    info = id_token.verify_oauth2_token(request.json["token"], google.auth.transport.requests.Request())
    return of(info["sub"])


@app.route("/9")
def nine():
    decoded = firebase_auth.verify_id_token(request.headers.get("token"))
    return of(decoded["uid"])


@app.route("/10")
@require_oauth("notes")
def ten():
    return of(current_token.sub)


@app.route("/11")
@jwt_required()
def eleven():
    return of(current_user.id)


@app.route("/12")
@old_jwt_required()
def twelve():
    return of(current_identity.id)


@app.route("/13")
def thirteen():
    user = session.get("user") or {}
    if not user:
        abort(401)
    return of(user["id"])


def requires_user(view):
    @functools.wraps(view)
    def wrapper(*args, **kwargs):
        payload = jwt.decode(request.cookies.get("token"), app.config["SECRET_KEY"], algorithms=["HS256"])
        return view(*args, user_id=payload["user_id"], **kwargs)

    return wrapper


@app.route("/14")
@requires_user
def fourteen(user_id):
    return of(user_id)


@app.route("/15/<note_id>")
@requires_user
def fifteen(note_id, user_id):
    item = notes.get_item(Key={"user_id": user_id, "note_id": note_id}).get("Item")
    return jsonify(text=item["text"]) if item else ("", 404)


@app.route("/16")
def sixteen():
    return of(g.user["id"])


@app.before_request
def load():
    token = request.headers.get("X-Token")
    g.user = jwt.decode(token, app.config["SECRET_KEY"], algorithms=["HS256"]) if token else None


@app.route("/17/<user_id>")
@jwt_required()
def seventeen(user_id):
    if get_jwt_identity() != user_id:
        abort(403)
    return of(user_id)


@app.route("/18/<user_id>")
@jwt_required()
def eighteen(user_id):
    claims = get_jwt()
    if claims["sub"] != user_id and "admin" not in claims.get("roles", []):
        return jsonify(error="forbidden"), 403
    return of(user_id)


@app.route("/19")
def nineteen():
    client = boto3.client("cognito-idp")
    user = client.get_user(AccessToken=request.headers["Authorization"])
    return of(user["Username"])


@app.route("/20/<note_id>", methods=["PUT"])
@jwt_required()
def twenty(note_id):
    notes.update_item(
        Key={"id": note_id}, UpdateExpression="SET #t = :t", ConditionExpression="#o = :o",
        ExpressionAttributeNames={"#t": "text", "#o": "owner"},
        ExpressionAttributeValues={":t": request.json["text"], ":o": get_jwt_identity()},
    )
    return "", 204


@app.route("/21")
@cognito_auth_required
def twentyone():
    return of(cognito_user.sub)


@app.route("/by-payload")
def by_payload():
    # What a token says, as a library outside the tree leaves it on g.
    item = notes.get_item(Key={"user_id": g.payload["usr"]})["Item"]
    return jsonify(name=item["name"])
