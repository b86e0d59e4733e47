"""An object keeps what it has read last: what a property gives is what is kept by then."""
import boto3
from flask import Flask, jsonify, request

app = Flask(__name__)


class Accounts:
    def __init__(self):
        self.table = boto3.resource("dynamodb").Table("accounts")
        self.response = {}

    def search(self, name):
        self.response = self.table.query(IndexName="name", KeyConditionExpression="n = :n", ExpressionAttributeValues={":n": name})  # want unscoped-key

    def find(self, account_id):
        self.response = self.table.get_item(Key={"id": account_id})  # want unscoped-key

    @property
    def items(self):
        return self.response.get("Items", [])

    @property
    def name(self):
        return self.response["Item"]["name"]


@app.get("/accounts/<account_id>")
def account(account_id):
    accounts = Accounts()
    if "name" in request.args:
        accounts.search(request.args["name"])
        return jsonify([{"name": i["name"]} for i in accounts.items] or accounts.name)
    accounts.find(account_id)
    return jsonify({"name": accounts.name})
