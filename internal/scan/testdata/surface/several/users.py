from flask import Blueprint, jsonify, request, session

from store import Store, dynamodb

bp = Blueprint("users", __name__)
store = Store("users")


@bp.route("/<uuid:user_id>", methods=["GET", "HEAD"])
def get_user(user_id):
    user = store.get({"user_id": str(user_id)})
    return jsonify({"name": user["name"], "mail": user["email"]})


@bp.delete("/me")
def delete_user():
    dynamodb.Table("users").delete_item(Key={"user_id": session["user_id"]}, ConditionExpression="attribute_exists(user_id)")
    return "", 204


@bp.post("")
def import_users():
    with dynamodb.Table("users").batch_writer() as batch:
        for row in request.json:
            batch.put_item(Item={"user_id": row["id"], "email": row["email"], "is_admin": False})
    return "", 204
