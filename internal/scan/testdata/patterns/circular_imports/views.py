from flask import Blueprint, jsonify

from aa_models import User

bp = Blueprint("views", __name__)


@bp.route("/users")
def users():
    return jsonify(User.all())  # want raw-item
