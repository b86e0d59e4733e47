import boto3

table = boto3.resource("dynamodb").Table("users")


def read(user_id):
    return table.get_item(Key={"id": user_id})["Item"]  # want unscoped-key raw-item


def unused(user_id):
    return table.get_item(Key={"id": user_id})["Item"]
