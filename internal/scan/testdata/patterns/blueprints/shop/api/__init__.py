from flask import Blueprint

from .v1 import orders, customers

bp = Blueprint("api", __name__)
bp.register_blueprint(orders)
bp.register_blueprint(customers, url_prefix="/customers")
