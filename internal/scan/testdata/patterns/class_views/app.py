"""Class-based views: View, MethodView, decorators, and a shared base."""
import boto3
from flask import Flask, jsonify, render_template, request
from flask.views import MethodView, View
from flask_login import current_user, login_required

app = Flask(__name__)
dynamodb = boto3.resource("dynamodb")


class ItemView(MethodView):
    init_every_request = False
    table_name = ""

    def __init__(self, table_name=None):
        self.table = dynamodb.Table(table_name or self.table_name)

    def fetch(self, **key):
        return self.table.get_item(Key=key).get("Item")  # want unscoped-key


class InvoiceAPI(ItemView):
    table_name = "invoices"

    def get(self, invoice_id):
        invoice = self.fetch(invoice_id=invoice_id)
        if invoice is None:
            return jsonify(error="no such invoice"), 404
        return jsonify(invoice)  # want raw-item


class OwnInvoiceAPI(ItemView):
    decorators = [login_required]
    table_name = "invoices"

    def get(self):
        invoice = super().fetch(user_id=current_user.id)
        return jsonify(amount=invoice["amount"])


class Listing(View):
    methods = ["GET"]

    def __init__(self, table, template):
        self.table = dynamodb.Table(table)
        self.template = template

    def dispatch_request(self):
        users = self.table.scan()["Items"]  # want unscoped-scan
        return render_template(self.template, users=users)


class Counter(View):
    def dispatch_request(self):
        return jsonify(count=dynamodb.Table("users").scan(Select="COUNT")["Count"])


class Account(MethodView):
    def delete(self, user_id):
        gone = dynamodb.Table("users").delete_item(Key={"id": user_id}, ReturnValues="ALL_OLD")  # want unscoped-key
        return gone["Attributes"]  # want raw-item

    def post(self):
        dynamodb.Table("users").put_item(Item={"id": request.form["id"]})
        return "", 201


app.add_url_rule("/invoices/<invoice_id>", view_func=InvoiceAPI.as_view("invoice", table_name="invoices"))
own = OwnInvoiceAPI.as_view("own_invoice")
app.add_url_rule("/invoices/own", view_func=own)
app.add_url_rule("/users", view_func=Listing.as_view("users", "users", template="users.html"))
app.add_url_rule("/users/count", "count", Counter.as_view("count"))
app.add_url_rule("/users/<user_id>", view_func=Account.as_view("account"), methods=["DELETE", "POST"])
