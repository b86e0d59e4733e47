import boto3
from boto3.dynamodb.conditions import Key
from flask_jwt_extended import get_jwt_identity, jwt_required
from flask_restx import Namespace, Resource, fields, reqparse

ns = Namespace("visits", path="/visits", decorators=[jwt_required()])
table = boto3.resource("dynamodb").Table("visits")
page = reqparse.RequestParser()
page.add_argument("limit", type=int, default=20)
visit = ns.model("Visit", {"at": fields.DateTime, "where": fields.String})


@ns.route("/")
class OwnVisits(Resource):
    @ns.expect(page)
    @ns.marshal_list_with(visit)
    def get(self):
        args = page.parse_args()
        return table.query(KeyConditionExpression=Key("member_id").eq(get_jwt_identity()), Limit=args["limit"])["Items"]
