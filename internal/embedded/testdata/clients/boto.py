# boto3 against the endpoint in AWS_ENDPOINT_URL_DYNAMODB, as an app uses it.
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

db = boto3.resource("dynamodb")
table = db.create_table(
    TableName="boto",
    BillingMode="PAY_PER_REQUEST",
    AttributeDefinitions=[
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "N"},
    ],
    KeySchema=[
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
)
table.wait_until_exists()

with table.batch_writer() as batch:
    for n in range(60):
        batch.put_item(Item={"pk": "p", "sk": n, "text": "é\u2028😀", "bytes": b"\x00\xff", "set": {"a", "b"}, "deep": {"list": [1, None, True]}})

item = table.get_item(Key={"pk": "p", "sk": Decimal("7.0")})["Item"]
assert item["text"] == "é\u2028😀" and bytes(item["bytes"]) == b"\x00\xff" and item["set"] == {"a", "b"} and item["deep"] == {"list": [1, None, True]}, item

pages = db.meta.client.get_paginator("query").paginate(
    TableName="boto",
    KeyConditionExpression=Key("pk").eq("p") & Key("sk").between(10, 39),
    FilterExpression=Attr("set").contains("a"),
    ScanIndexForward=False,
    PaginationConfig={"PageSize": 7},
)
assert [i["sk"] for page in pages for i in page["Items"]] == list(range(39, 9, -1))

new = table.update_item(
    Key={"pk": "p", "sk": 1},
    UpdateExpression="SET #t = :t ADD n :one",
    ExpressionAttributeNames={"#t": "text"},
    ExpressionAttributeValues={":t": "new", ":one": 1},
    ReturnValues="UPDATED_NEW",
)["Attributes"]
assert new == {"text": "new", "n": 1}, new

try:
    table.put_item(Item={"pk": "p", "sk": 1}, ConditionExpression=Attr("pk").not_exists())
    raise AssertionError("the condition held")
except db.meta.client.exceptions.ConditionalCheckFailedException:
    pass

client = boto3.client("dynamodb")
key = {"pk": {"S": "p"}, "sk": {"N": "1"}}
try:
    client.transact_write_items(TransactItems=[
        {"Delete": {"TableName": "boto", "Key": {"pk": {"S": "p"}, "sk": {"N": "2"}}}},
        {"ConditionCheck": {"TableName": "boto", "Key": key, "ConditionExpression": "attribute_not_exists(pk)"}},
    ])
    raise AssertionError("the transaction went through")
except client.exceptions.TransactionCanceledException as e:
    assert [r["Code"] for r in e.response["CancellationReasons"]] == ["None", "ConditionalCheckFailed"], e.response
got = client.batch_get_item(RequestItems={"boto": {"Keys": [key, {"pk": {"S": "p"}, "sk": {"N": "2"}}]}})
assert len(got["Responses"]["boto"]) == 2 and not got["UnprocessedKeys"]

streams = boto3.client("dynamodbstreams", endpoint_url=client.meta.endpoint_url)
arn = table.latest_stream_arn
shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
start = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
assert len(streams.get_records(ShardIterator=start)["Records"]) == 61

try:
    client.describe_table(TableName="nowhere")
    raise AssertionError("a table that is not there")
except ClientError as e:
    assert e.response["Error"]["Code"] == "ResourceNotFoundException", e.response
table.delete()
table.wait_until_not_exists()
