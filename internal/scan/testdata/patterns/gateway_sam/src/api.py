"""FastAPI behind API Gateway, which asks for a login but on one route."""
import boto3
from fastapi import FastAPI, Request

app = FastAPI()
table = boto3.resource("dynamodb").Table("vault")


@app.get("/keys")
def keys():
    item = table.get_item(Key={"id": "keys"})["Item"]
    return {"token": item["secret_token"]}  # want sensitive-attribute


@app.get("/login/keys")
def login_keys():
    item = table.get_item(Key={"id": "keys"})["Item"]  # want missing-authentication
    return {"token": item["secret_token"]}  # want sensitive-attribute


@app.get("/mine")
def mine(request: Request):
    who = request.scope["aws.event"]["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]
    return {"address": table.get_item(Key={"member": who})["Item"]["address"]}
