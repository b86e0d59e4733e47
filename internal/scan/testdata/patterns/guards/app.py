"""What makes a read the caller's own."""
import boto3
from boto3.dynamodb.conditions import Attr
from flask import Flask, abort, jsonify, request, session
from flask_login import current_user, login_required

from access import can_view, load_own

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("documents")


@app.route("/compare/<doc_id>")
def compare(doc_id):
    item = table.get_item(Key={"id": doc_id})["Item"]
    if item["owner"] != session["user_id"]:
        abort(403)
    return jsonify(title=item["title"])


@app.route("/inside/<doc_id>")
def inside(doc_id):
    item = table.get_item(Key={"id": doc_id})["Item"]
    if item["owner"] == session["user_id"]:
        return jsonify(title=item["title"])
    return jsonify(error="not yours"), 403


@app.route("/helper/<doc_id>")
def helper(doc_id):
    return jsonify(title=load_own(table, doc_id, session["user_id"])["title"])


@app.route("/acl/<doc_id>")
@login_required
def acl(doc_id):
    if not can_view(current_user.id, doc_id):
        abort(403)
    return jsonify(title=table.get_item(Key={"id": doc_id})["Item"]["title"])


@app.route("/path/<user_id>")
def path(user_id):
    if user_id != session["user_id"]:
        return jsonify(error="not you"), 403
    return jsonify(title=table.get_item(Key={"id": user_id})["Item"]["title"])


@app.route("/filter")
def by_filter():
    found = table.scan(FilterExpression=Attr("owner").eq(current_user.id))["Items"]
    return jsonify([d["title"] for d in found])


@app.route("/admin")
@login_required
def admin():
    if not current_user.is_admin:
        abort(403)
    return jsonify([d["title"] for d in table.scan()["Items"]])


@app.route("/composite/<doc_id>")
def composite(doc_id):
    key = {"pk": f"USER#{session['user_id']}", "sk": f"DOC#{doc_id}"}
    return jsonify(title=table.get_item(Key=key)["Item"]["title"])


@app.route("/kept")
def kept():
    found = table.scan()["Items"]
    return jsonify([d["title"] for d in found if d["owner"] == session["user_id"]])


@app.route("/none/<doc_id>")
@login_required
def none(doc_id):
    item = table.get_item(Key={"id": doc_id})["Item"]  # want unscoped-key
    if not item:
        abort(404)
    return jsonify(title=item["title"])


@app.route("/asserted")
def asserted():
    email = request.args.get("email")
    item = table.get_item(Key={"email": email})["Item"]  # want client-asserted-identity
    return jsonify(title=item["title"])
