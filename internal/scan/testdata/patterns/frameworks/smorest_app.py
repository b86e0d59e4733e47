import boto3
import marshmallow as ma
from flask import Flask
from flask.views import MethodView
from flask_smorest import Api, Blueprint

app = Flask(__name__)
blp = Blueprint("users", __name__)
table = boto3.resource("dynamodb").Table("users")


class UserSchema(ma.Schema):
    id = ma.fields.String()
    name = ma.fields.String()


@blp.route("/users/<user_id>")
class Users(MethodView):
    @blp.response(200, UserSchema)
    def get(self, user_id):
        return table.get_item(Key={"id": user_id})["Item"]  # want unscoped-key


@app.route("/dumped/<user_id>")
def dumped(user_id):
    item = table.get_item(Key={"id": user_id})["Item"]  # want unscoped-key
    return UserSchema().dump(item)
