from flask import Blueprint, jsonify, session

from .tables import table as table_of

__all__ = ["carts"]

carts = Blueprint("carts", __name__)


@carts.route("/<cart_id>")
def show(cart_id):
    cart = table_of("carts").get_item(Key={"cart_id": cart_id}).get("Item")  # want unscoped-key
    return jsonify(lines=cart["lines"])


@carts.route("/mine")
def mine():
    cart = table_of("carts").get_item(Key={"cart_id": session["user_id"]}).get("Item")
    return jsonify(lines=cart["lines"])
