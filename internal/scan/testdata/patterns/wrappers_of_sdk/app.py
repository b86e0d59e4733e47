from flask import Flask, jsonify, session

from dynamo_wrapper import DynamoStorage, opened, patients

app = Flask(__name__)


@app.route("/patients/<patient_id>")
def patient(patient_id):
    return jsonify(patients.clean(patients.fetch_or(patient_id, {})))  # want raw-item


@app.route("/patients/me")
def own_patient():
    return jsonify(name=patients.fetch_or(session["user_id"])["name"])


@app.route("/patients/doctor/<doctor>")
def of_doctor(doctor):
    return jsonify([p["name"] for p in patients.find(doctor_id=doctor)])


@app.route("/patients")
def listing():
    return jsonify([p["name"] for p in patients.pages(Limit=100)])


@app.route("/visits/<visit_id>")
def visit(visit_id):
    with opened("visits") as storage:
        return jsonify(at=storage.fetch(visit_id)["at"])


@app.route("/invoices/<invoice_id>")
def invoice(invoice_id):
    invoices = DynamoStorage.for_table("invoices")
    return jsonify(amount=invoices.fetch(invoice_id)["amount"])
