import json


def done():
    return {"statusCode": 200, "body": json.dumps({"stored": True})}
