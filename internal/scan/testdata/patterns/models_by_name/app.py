"""A model, or a setting, that is taken from its module by a name."""
from flask import Flask, jsonify, request

import models
import settings

app = Flask(__name__)


@app.get("/export/<kind>")
def export(kind):
    model = getattr(models, kind)
    return jsonify([row.id for row in model.scan()])  # want unscoped-scan


@app.get("/albums")
def albums():
    model = getattr(models, "Album")
    return jsonify([row.title for row in model.scan()])  # want unscoped-scan?


@app.get("/setting")
def setting():
    chosen = getattr(settings, request.args["name"])
    return jsonify(table=chosen.TABLE)
