"""PynamoDB: models, indexes, conditions, and the ways to make a dict of a model."""
import json

from flask import Flask, abort, jsonify, request
from flask_login import current_user, login_required
from pynamodb.exceptions import DoesNotExist, GetError

from models import Member

app = Flask(__name__)


@app.route("/members/<member_id>")
def member(member_id):
    try:
        found = Member.get(member_id)  # want unscoped-key
    except DoesNotExist:
        abort(404)
    except GetError as e:
        return jsonify(error=str(e)), 500  # want error-in-body
    return jsonify(found.attribute_values)  # want raw-item


@app.route("/members/<member_id>/card")
def card(member_id):
    return jsonify(Member.get(member_id).card())  # want unscoped-key


@app.route("/members/<member_id>/dict")
def as_dict(member_id):
    return jsonify(Member.get(member_id).to_dict())  # want unscoped-key raw-item


@app.route("/members/<member_id>/simple")
def simple(member_id):
    return Member.get(member_id).to_simple_dict()  # want unscoped-key raw-item


@app.route("/members/<member_id>/json")
def as_json(member_id):
    return json.dumps(dict(Member.get(member_id)))  # want unscoped-key raw-item


@app.route("/members/<member_id>/hash")
def show_hash(member_id):
    m = Member.get(member_id)  # want unscoped-key
    return jsonify(id=m.id, hash=m.password_hash)  # want sensitive-attribute


@app.route("/members/<member_id>/label")
def label(member_id):
    return Member.get(member_id).label  # want unscoped-key


@app.route("/members")
def members():
    return jsonify([m.card() for m in Member.scan(Member.points > 10, limit=50)])  # want unscoped-scan


@app.route("/search")
def search():
    m = Member.by_email(request.args["email"])
    return jsonify(m.to_dict())  # want raw-item


@app.route("/me")
@login_required
def me():
    return jsonify(Member.get(current_user.id).card())


@app.route("/friends")
@login_required
def friends():
    mine = Member.get(hash_key=current_user.id)
    return jsonify(friends=mine.friends)


@app.route("/count")
def count():
    return jsonify(count=Member.count())


@app.route("/register", methods=["POST"])
def register():
    body = request.get_json()
    if Member.email_index.count(body["email"]):
        return jsonify(error="taken"), 409
    m = Member(body["id"], email=body["email"])
    m.password_hash = body["password"]
    m.save()
    return jsonify(id=m.id), 201
