from chalice import Blueprint

from chalicelib import db

extra = Blueprint(__name__)


@extra.route("/entries/{entry_id}")
def entry(entry_id):
    return db.entries().by_id(entry_id)  # want raw-item


@extra.route("/own")
def own():
    user = extra.current_request.context["identity"]["cognitoIdentityId"]
    return {"entries": [e["text"] for e in db.entries().by_user(user)]}
