"""connexion: functions found by the resolver, parameters by their names."""
import boto3
from boto3.dynamodb.conditions import Key

table = boto3.resource("dynamodb").Table("tickets")


def search(customer_id, limit=20):
    found = table.query(IndexName="by-customer", KeyConditionExpression=Key("customer_id").eq(customer_id), Limit=limit)  # want client-asserted-identity
    return [{"subject": t["subject"]} for t in found["Items"]], 200


def get(ticket_id):
    return table.get_item(Key={"id": ticket_id})["Item"]  # want unscoped-key raw-item


def post(body):
    table.put_item(Item={"id": body["id"], "subject": body["subject"]})
    return None, 201
