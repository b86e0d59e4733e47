from flask import Flask

from service.routes import register
from service.store import connect


def make(stage):
    app = Flask(__name__)
    app.orders = connect("orders")
    register(app)
    return app
