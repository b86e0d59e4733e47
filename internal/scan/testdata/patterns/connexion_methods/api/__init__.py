"""connexion: methods of classes, found by the resolver."""
import boto3
from boto3.dynamodb.conditions import Key
from flask.views import MethodView

table = boto3.resource("dynamodb").Table("visit_notes")


class VisitNotesView(MethodView):
    def __init__(self):
        self.rows = table

    def search(self, patient_id):
        found = self.rows.query(IndexName="by-patient", KeyConditionExpression=Key("patient_id").eq(patient_id))  # want client-asserted-identity
        return [{"text": t["text"]} for t in found["Items"]], 200

    def get(self, note_id):
        item = self.rows.get_item(Key={"id": note_id})["Item"]  # want unscoped-key
        return {"email": item["email"]}

    def put(self, note_id, body, user):
        item = self.rows.get_item(Key={"patient": user, "id": note_id})["Item"]
        return {"email": item["email"]}

    def helper(self, note_id):
        return self.rows.get_item(Key={"id": note_id})["Item"]


class KeysView:
    def search(self):
        item = table.get_item(Key={"id": "keys"})["Item"]  # want missing-authentication
        return {"token": item["api_key"]}  # want sensitive-attribute


class OwnView:
    def search(self):
        item = table.get_item(Key={"id": "keys"})["Item"]
        return {"token": item["api_key"]}  # want sensitive-attribute
