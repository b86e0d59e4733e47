"""Resources that are given their tables by keyword, and registered by a loop."""
import boto3
from flask import Blueprint, Flask
from flask_restful import Api, Resource, inputs, reqparse, url_for

bp = Blueprint("v1", __name__)
api = Api(bp)


class Stored(Resource):
    def __init__(self, table, **kwargs):
        self.table = table
        self.parser = reqparse.RequestParser(bundle_errors=True)
        self.parser.add_argument("email", required=True)
        self.parser.add_argument("limit", type=inputs.positive)
        super().__init__()


class Subscriber(Stored):
    def get(self, subscriber_id):
        found = self.table.get_item(Key={"id": subscriber_id})  # want unscoped-key
        return {"name": found["Item"]["name"]}


class ByMail(Stored):
    def get(self):
        email = self.parser.parse_args()["email"]
        found = self.table.get_item(Key={"email": email})  # want client-asserted-identity
        return {"name": found["Item"]["name"]}


def create_app():
    app = Flask(__name__)
    table = boto3.resource("dynamodb").Table("subscribers")
    for resource, path in ((Subscriber, "/subscribers/<subscriber_id>"), (ByMail, "/subscribers")):
        api.add_resource(resource, path, resource_class_kwargs={"table": table})
    app.register_blueprint(bp, url_prefix="/v1")
    return app
