"""marshal_with picks of an answer's members; what it picks within them is not known."""
import boto3
from flask import session
from flask_restful import Resource, fields, marshal_with

from app import api

orders = boto3.resource("dynamodb").Table("customer_orders")

listed = {"data": fields.Raw, "next": fields.Raw}


class Orders(Resource):
    @marshal_with(listed)
    def get(self):
        page = orders.scan()  # want unscoped-scan
        found = [{"total": o["total"], "password": o["password"]} for o in page["Items"]]
        return {"data": {"found": found}, "next": {"from": page.get("LastEvaluatedKey")}}  # want key-in-token


class Own(Resource):
    @marshal_with(listed)
    def get(self):
        item = orders.get_item(Key={"user_id": session["user_id"]})["Item"]
        return {"data": {"total": item["total"]}, "hidden": orders.scan()["Items"]}


api.add_resource(Orders, "/orders")
api.add_resource(Own, "/orders/own")
