"""Files named as the library that they wrap: the library is what they import."""

from flask import Flask, jsonify

from handler.mysql import Stops

app = Flask(__name__)


@app.get("/stops")
def stops():
    return jsonify(Stops().everywhere())
