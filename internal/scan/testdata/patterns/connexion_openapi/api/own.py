from boto3.dynamodb.conditions import Key

from .tickets import table


def read(user, token_info):
    found = table.query(IndexName="by-customer", KeyConditionExpression=Key("customer_id").eq(token_info["sub"]))
    more = table.query(IndexName="by-customer", KeyConditionExpression=Key("customer_id").eq(user))
    return [{"subject": t["subject"]} for t in found["Items"] + more["Items"]]
