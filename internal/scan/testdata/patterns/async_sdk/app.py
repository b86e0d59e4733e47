"""The asynchronous SDKs, and routes that are coroutines."""
import aioboto3
from aiobotocore.session import get_session
from boto3.dynamodb.conditions import Key
from quart import Quart, jsonify, session

app = Quart(__name__)
aws = aioboto3.Session()


async def load(order_id):
    async with aws.resource("dynamodb", region_name="eu-west-1") as dynamo:
        table = await dynamo.Table("orders")
        found = await table.get_item(Key={"id": order_id})  # want unscoped-key
        return found.get("Item")


@app.route("/orders/<order_id>")
async def order(order_id):
    if (item := await load(order_id)) is None:
        return jsonify(error="none"), 404
    return jsonify(total=item["total"])


@app.route("/customers/<customer_id>")
async def customer(customer_id):
    async with get_session().create_client("dynamodb") as client:
        pages = client.get_paginator("query").paginate(  # want unscoped-key
            TableName="customers", KeyConditionExpression="id = :c", ExpressionAttributeValues={":c": {"S": customer_id}})
        out = []
        async for page in pages:
            out.extend(page["Items"])
        return jsonify([i["name"]["S"] for i in out])


@app.route("/own")
async def own():
    async with aws.resource("dynamodb") as dynamo:
        table = await dynamo.Table("orders")
        found = await table.query(KeyConditionExpression=Key("user_id").eq(session["user_id"]))
        return jsonify([i["total"] for i in found["Items"]])
