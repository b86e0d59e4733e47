"""Serialisers that name what they show, and those that do not."""
from collections import namedtuple
from typing import NamedTuple

import boto3
from apiflask import APIFlask
from flask import jsonify, request, session
from flask_apispec import marshal_with, use_kwargs
from flask_marshmallow import Marshmallow
from marshmallow import Schema, fields, post_load
from pydantic import BaseModel, ConfigDict, Field
from webargs.flaskparser import use_args

app = APIFlask(__name__)
ma = Marshmallow(app)
table = boto3.resource("dynamodb").Table("employees")


def own():
    return table.get_item(Key={"id": session["user_id"]})["Item"]


class EmployeeSchema(ma.Schema):
    class Meta:
        fields = ("id", "name")


class FullSchema(Schema):
    id = fields.String()
    api_key = fields.String()


class Employee(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: str
    name: str = Field(default="")


class Person(NamedTuple):
    id: str
    name: str


Point = namedtuple("Point", ["id", "name"])
one, many = EmployeeSchema(), EmployeeSchema(many=True)


@app.get("/ma")
def with_ma():
    return one.dump(own())


@app.get("/ma/many")
def with_many():
    return jsonify(many.dump([own()]))


@app.get("/apispec")
@marshal_with(EmployeeSchema)
def with_apispec():
    return own()


@app.get("/apiflask")
@app.output(EmployeeSchema)
def with_output():
    return own()


@app.get("/pydantic")
def with_pydantic():
    return Employee(**own()).model_dump()


@app.get("/pydantic/parsed")
def with_parsed():
    return Employee.model_validate(own()).model_dump(mode="json")


@app.get("/tuple")
def with_tuple():
    item = own()
    return jsonify(Person(item["id"], item["name"])._asdict())


@app.get("/point")
def with_point():
    item = own()
    return jsonify(Point(id=item["id"], name=item["name"])._asdict())


@app.get("/key")
def with_key():
    return FullSchema().dump(own())  # want sensitive-attribute


@app.get("/by")
@use_args({"email": fields.Str(required=True)}, location="query")
def by(args):
    item = table.get_item(Key={"email": args["email"]})["Item"]  # want client-asserted-identity
    return {"name": item["name"]}


@app.get("/kwargs")
@use_kwargs({"email": fields.Str()}, location="query")
def by_kwargs(email):
    item = table.get_item(Key={"email": email})["Item"]  # want client-asserted-identity
    return {"name": item["name"]}


class LoginSchema(Schema):
    username = fields.Str()
    password = fields.Str(load_only=True)


@app.post("/loaded")
def loaded():
    data = LoginSchema().load(request.get_json())
    table.put_item(Item=data)  # want credential-in-clear
    return {"ok": True}
