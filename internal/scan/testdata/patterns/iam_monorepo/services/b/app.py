from flask import Flask, jsonify

from lib.store import forget

app = Flask(__name__)


@app.route("/sweep")
def sweep():
    forget("old")
    return jsonify({"ok": True})
