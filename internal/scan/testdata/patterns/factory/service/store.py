import boto3


def connect(name):
    return boto3.resource("dynamodb").Table(name)
