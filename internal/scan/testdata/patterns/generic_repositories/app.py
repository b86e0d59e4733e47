import logging

from flask import Blueprint, Flask, jsonify
from flask_jwt_extended import get_jwt_identity, jwt_required

from repositories import Accounts, Members, Orders, store

bp = Blueprint("accounts", __name__)
accounts, members, orders = Accounts(), Members(), Orders()
log = logging.getLogger(__name__)


@bp.get("/me")
@jwt_required()
def me():
    return accounts.get(get_jwt_identity()).private()  # want sensitive-attribute


@bp.get("/me/member")
@jwt_required()
def member():
    return members.get(get_jwt_identity()).model_dump(mode="json")


@bp.get("/me/orders")
@jwt_required()
def own_orders():
    return jsonify([{"total": o.total} for o in orders.of(get_jwt_identity())])


@bp.get("/accounts/<uid>")
@jwt_required()
def public(uid):
    found = accounts.get(uid)
    log.debug("found %r", found)  # want sensitive-log
    return found.public()


@bp.get("/accounts/<uid>/orders")
@jwt_required()
def orders_of(uid):
    return jsonify([o.model_dump() for o in orders.of(uid)])  # want sensitive-attribute


@bp.get("/accounts")
@jwt_required()
def everyone():
    return jsonify([a.public() for a in accounts.all()])


def create_app():
    app = Flask(__name__)
    store.init_app(app)
    app.register_blueprint(bp)
    return app
