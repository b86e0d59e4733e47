"""A hook protects the routes that it stands before: of its blueprint, or of its app."""
import boto3
from flask import Blueprint, Flask, abort, g, jsonify, request

from tokens import verify

app = Flask(__name__)
admin = Blueprint("admin", __name__, url_prefix="/admin")
public = Blueprint("public", __name__)
users = boto3.resource("dynamodb").Table("users")


@admin.before_request
def only_staff():
    token = request.headers.get("Authorization", "")
    g.claims = verify(token)
    if g.claims is None:
        abort(401)
    if "staff" not in g.claims["roles"]:
        abort(403)


@app.before_request
def limit_rate():
    if request.content_length and request.content_length > 403000:
        abort(413)


@app.before_request
def count():
    """Mentions 401, turns nobody away."""
    if request.path == "/healthz":
        return None
    app.logger.info("not a %s", 401)


@admin.route("/settings")
def settings():
    item = users.get_item(Key={"id": "settings"})["Item"]
    return jsonify(theme=item["theme"])


@public.route("/secrets")
def secrets():
    item = users.get_item(Key={"id": "root"})["Item"]  # want missing-authentication
    return jsonify(name=item["api_key"])  # want sensitive-attribute


@public.route("/users/<user_id>")
def user(user_id):
    item = users.get_item(Key={"id": user_id})["Item"]  # want unscoped-key
    return jsonify(name=item["name"])


app.register_blueprint(admin)
app.register_blueprint(public)
