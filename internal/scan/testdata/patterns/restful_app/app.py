"""flask-restful: resources, request parsers, marshalled answers."""
import boto3
from flask import Flask
from flask_jwt_extended import current_user, jwt_required
from flask_restful import Api, Resource, abort, fields, marshal, marshal_with, reqparse

from errors import errors

app = Flask(__name__)
api = Api(app, prefix="/api/v1", errors=errors)
table = boto3.resource("dynamodb").Table("accounts")

account_fields = {"id": fields.String, "name": fields.String, "created": fields.String(attribute="created_at")}

parser = reqparse.RequestParser()
parser.add_argument("account_id", type=str, required=True, location="args")
parser.add_argument("password", type=str, location="json")


def find_or_404(account_id):
    item = table.get_item(Key={"id": account_id}).get("Item")  # want unscoped-key
    if not item:
        abort(404, message="Account {} does not exist".format(account_id))
    return item


class Account(Resource):
    def get(self, account_id):
        return find_or_404(account_id), 200  # want raw-item

    @marshal_with(account_fields)
    def put(self, account_id):
        args = parser.parse_args(strict=True)
        item = find_or_404(account_id)
        item["password"] = args["password"]
        table.put_item(Item=item)  # want credential-in-clear
        return item, 201


class AccountCard(Resource):
    method_decorators = [jwt_required()]

    @marshal_with(account_fields, envelope="account")
    def get(self):
        return table.get_item(Key={"id": current_user.account_id})["Item"]


class Search(Resource):
    def get(self):
        args = parser.parse_args()
        item = table.get_item(Key={"id": args.account_id})["Item"]  # want client-asserted-identity
        return marshal(item, account_fields)


class Everyone(Resource):
    def get(self):
        return {"accounts": [marshal(a, account_fields) for a in table.scan()["Items"]]}  # want unscoped-scan


class Broken(Resource):
    def delete(self, account_id):
        try:
            table.delete_item(Key={"id": account_id})
        except Exception as e:
            abort(500, message="not deleted", error=str(e))  # want error-in-body
        return "", 204


api.add_resource(Account, "/accounts/<string:account_id>", endpoint="account")
api.add_resource(AccountCard, "/me")
api.add_resource(Search, "/search")
api.add_resource(Everyone, "/accounts", "/accounts/")
api.add_resource(Broken, "/accounts/<string:account_id>/now")
