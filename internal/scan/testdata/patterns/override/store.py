import boto3
from boto3.dynamodb.conditions import Key

table = boto3.resource("dynamodb").Table("jobs")


def query_jobs(user):
    params = {"IndexName": "user_id", "KeyConditionExpression": Key("user_id").eq(user)}
    return table.query(**params)["Items"]  # want identity-override


def query_own(user, start):
    condition = Key("user_id").eq(user)
    if start is not None:
        condition &= Key("created").gte(start)
    params = {"KeyConditionExpression": condition}
    response = table.query(**params)
    items = response["Items"]
    while "LastEvaluatedKey" in response:
        params["ExclusiveStartKey"] = response["LastEvaluatedKey"]
        response = table.query(**params)
        items.extend(response["Items"])
    return items


def rename(job_id, name, user):
    return table.update_item(
        Key={"job_id": job_id},
        UpdateExpression="SET #name = :name",
        ConditionExpression="user_id = :user_id",
        ExpressionAttributeNames={"#name": "name"},
        ExpressionAttributeValues={":name": name, ":user_id": user},
        ReturnValues="ALL_NEW",
    )["Attributes"]


def rename_any(job_id, name):
    return table.update_item(  # want unscoped-key
        Key={"job_id": job_id},
        UpdateExpression="SET #name = :name",
        ExpressionAttributeNames={"#name": "name"},
        ExpressionAttributeValues={":name": name},
        ReturnValues="ALL_NEW",
    )["Attributes"]
