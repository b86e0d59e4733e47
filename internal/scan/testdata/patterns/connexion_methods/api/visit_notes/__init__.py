"""A method of a class below a path that has a class of its own."""
import boto3

table = boto3.resource("dynamodb").Table("visit_notes")


class DoctorNamesView:
    def search(self, note_id):
        item = table.get_item(Key={"id": note_id})["Item"]  # want unscoped-key
        return {"email": item["doctor_email"]}
