"""Powertools for AWS Lambda: a resolver with routes of its own."""
import boto3
from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response, content_types
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from routes import router

tracer = Tracer()
logger = Logger()
app = APIGatewayRestResolver()
app.include_router(router, prefix="/members")
table = boto3.resource("dynamodb").Table("profiles")


@app.get("/profiles/<profile_id>")
@tracer.capture_method
def profile(profile_id: str):
    item = table.get_item(Key={"id": profile_id}).get("Item")  # want unscoped-key
    if item is None:
        raise NotFoundError("no such profile")
    return {"name": item["name"]}


@app.get("/search")
def search():
    email = app.current_event.get_query_string_value(name="email", default_value="")
    item = table.get_item(Key={"email": email})["Item"]  # want client-asserted-identity
    return Response(status_code=200, content_type=content_types.APPLICATION_JSON, body=item["name"])


@app.get("/own")
def own():
    sub = app.current_event.request_context.authorizer.claims["sub"]
    return {"name": table.get_item(Key={"id": sub})["Item"]["name"]}


@app.get("/own/v2")
def own_v2():
    sub = app.current_event["requestContext"]["authorizer"]["claims"]["sub"]
    return {"name": table.get_item(Key={"id": sub})["Item"]["name"]}


@app.exception_handler(ValueError)
def invalid(ex: ValueError):
    return Response(status_code=400, content_type="text/plain", body="invalid")


@logger.inject_lambda_context
@tracer.capture_lambda_handler
def lambda_handler(event, context):
    return app.resolve(event, context)
