import boto3

users = boto3.resource("dynamodb").Table("users")


def all_users():
    return users.scan()["Items"]  # want unscoped-scan missing-projection


def names():
    return len(all_users())
