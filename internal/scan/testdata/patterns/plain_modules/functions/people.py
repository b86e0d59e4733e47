import json

from functions.store import find


def show(request, _):
    person = find(request["pathParameters"]["id"])
    return {"statusCode": 200, "body": json.dumps(person)}  # want raw-item


def mine(request, _):
    person = find(request["requestContext"]["authorizer"]["claims"]["sub"])
    return {"statusCode": 200, "body": json.dumps({"city": person["city"]})}


def unused(request, _):
    return {"statusCode": 200, "body": json.dumps(find(request["pathParameters"]["id"]))}
