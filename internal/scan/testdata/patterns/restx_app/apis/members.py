"""flask-restx: a namespace with models, expected bodies and documented answers."""
import boto3
from boto3.dynamodb.conditions import Key
from flask import request
from flask_restx import Namespace, Resource, fields, marshal

api = Namespace("members", description="Members of the club")
table = boto3.resource("dynamodb").Table("members")

member = api.model("Member", {"id": fields.String(required=True), "name": fields.String})
member_login = api.inherit("MemberLogin", member, {"password": fields.String})


class MemberDAO:
    def __init__(self, table):
        self._table = table

    def get(self, id):
        found = self._table.query(KeyConditionExpression=Key("id").eq(id), Limit=1)["Items"]  # want unscoped-key missing-projection
        if found:
            return found[0]
        api.abort(404, "Member {} doesn't exist".format(id))

    def create(self, data):
        self._table.put_item(Item=data)  # want credential-in-clear
        return data


DAO = MemberDAO(table)


@api.route("/<string:id>")
@api.response(404, "Member not found")
@api.param("id", "The member's id")
class Member(Resource):
    @api.doc("get_member")
    @api.marshal_with(member)
    def get(self, id):
        return DAO.get(id)


@api.route("/<string:id>/raw")
class RawMember(Resource):
    @api.doc("get_raw")
    def get(self, id):
        return DAO.get(id)  # want raw-item


@api.route("/")
class Members(Resource):
    @api.marshal_list_with(member, envelope="data")
    def get(self):
        return table.scan()["Items"]  # want unscoped-scan

    @api.expect(member_login, validate=True)
    @api.marshal_with(member, code=201)
    def post(self):
        return DAO.create(api.payload), 201


@api.route("/<string:id>/card")
class Card(Resource):
    def get(self, id):
        if request.args.get("full"):
            return marshal(DAO.get(id), member), 200
        return {"id": id}
