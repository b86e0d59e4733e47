"""marshal_with drops the hash; the log keeps the event."""
import json

import boto3
from flask import Flask
from flask_restful import Api, Resource, fields, marshal_with
from serverless_wsgi import handle_request

app = Flask(__name__)
api = Api(app)
table = boto3.resource("dynamodb").Table("users")

shown = {"id": fields.String, "name": fields.String}


class User(Resource):
    @marshal_with(shown)
    def get(self, user_id):
        return table.get_item(Key={"id": user_id})["Item"]  # want unscoped-key


api.add_resource(User, "/users/<string:user_id>")


def handler(event, context):
    print(json.dumps(event))  # want sensitive-log
    return handle_request(app, event, context)
