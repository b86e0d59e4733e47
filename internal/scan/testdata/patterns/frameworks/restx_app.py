import boto3
from flask import Flask, g
from flask_restx import Api, Namespace, Resource

app = Flask(__name__)
api = Api(app)
ns = Namespace("users")
table = boto3.resource("dynamodb").Table("users")


@ns.route("/<string:user_id>")
class User(Resource):
    def get(self, user_id):
        response = table.get_item(Key={"id": user_id})  # want unscoped-key
        return response["Item"], 200  # want raw-item

    def put(self, user_id):
        args = ns.parser().parse_args()
        table.put_item(Item={"id": user_id, "password": args["password"]})  # want credential-in-clear
        return {"message": "stored"}, 200
