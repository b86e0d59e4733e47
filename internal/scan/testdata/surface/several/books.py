from flask import Blueprint, jsonify, request

from store import Store, dynamodb

books = Blueprint("books", __name__, url_prefix="/books")
store = Store("books")


@books.get("/<isbn>")
def get_book(isbn):
    return jsonify(store.get({"isbn": isbn}))


@books.put("/<isbn>")
def change_book(isbn):
    store.change({"isbn": isbn}, **request.json)
    return "", 204


@books.get("/")
def all_books():
    return jsonify(dynamodb.Table("books").scan()["Items"])
