import os

import boto3

_resource = None


def resource():
    global _resource
    if _resource is None:
        _resource = boto3.resource("dynamodb", region_name=os.environ.get("AWS_REGION"))
    return _resource


def table(name):
    return resource().Table(f"shop-{name}")
