from flask import Blueprint

import shop.tables as tables

customers_bp = Blueprint("customers", __name__)


@customers_bp.route("/<customer_id>", methods=("GET",))
def customer(customer_id):
    res = tables.table("customers").get_item(Key={"id": customer_id})  # want unscoped-key
    if "Item" not in res:
        return {"error": "no such customer"}, 404
    return res["Item"]  # want raw-item
