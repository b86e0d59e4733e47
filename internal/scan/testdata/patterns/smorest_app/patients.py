"""flask-smorest: schemas for what comes in and for what goes out."""
import boto3
from flask.views import MethodView
from flask_jwt_extended import get_jwt_identity, jwt_required
from flask_smorest import Blueprint, abort

from schemas import FullPatientSchema, PatientQuery, PatientSchema

blp = Blueprint("patients", "patients", url_prefix="/patients", description="Patients")
table = boto3.resource("dynamodb").Table("patients")


@blp.route("/<patient_id>")
class Patient(MethodView):
    @blp.response(200, PatientSchema)
    def get(self, patient_id):
        """One patient"""
        found = table.get_item(Key={"id": patient_id})  # want unscoped-key
        if "Item" not in found:
            abort(404, message="Patient not found.")
        return found["Item"]

    @blp.arguments(PatientSchema)
    @blp.response(200, FullPatientSchema)
    def put(self, data, patient_id):
        new = table.update_item(  # want unscoped-key
            Key={"id": patient_id}, UpdateExpression="SET #n = :n", ExpressionAttributeNames={"#n": "name"},
            ExpressionAttributeValues={":n": data["name"]}, ReturnValues="ALL_NEW",
        )
        return new["Attributes"]  # want sensitive-attribute


@blp.route("/")
class Patients(MethodView):
    @blp.arguments(PatientQuery, location="query")
    def get(self, args):
        return table.get_item(Key={"id": args["patient_id"]})["Item"]  # want client-asserted-identity raw-item

    @jwt_required()
    @blp.response(200, PatientSchema(many=True))
    def post(self):
        return [table.get_item(Key={"id": get_jwt_identity()})["Item"]]


@blp.route("/me")
@blp.response(200, PatientSchema)
@jwt_required()
def me():
    return table.get_item(Key={"id": get_jwt_identity()})["Item"]
