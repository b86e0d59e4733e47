import boto3

users = boto3.resource("dynamodb").Table("users")


def find(user_id):
    return users.get_item(Key={"user_id": user_id})["Item"]  # want unscoped-key
