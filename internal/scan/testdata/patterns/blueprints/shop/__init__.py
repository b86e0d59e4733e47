"""An app made by a factory, whose blueprints come from packages."""
from flask import Flask


def create_app(config=None):
    app = Flask(__name__)
    app.config.from_mapping(config or {})
    register_blueprints(app)
    return app


def register_blueprints(app):
    from . import api
    from .carts import *

    app.register_blueprint(api.bp, url_prefix="/api")
    app.register_blueprint(carts, url_prefix="/carts")
