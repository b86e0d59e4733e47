"""What a function gives is DynamoDB's answer or a dict of its own; a key tells which."""
import boto3
from flask import Flask, jsonify

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("parts")


def stored(part):
    if not part.get("name"):
        return {"message": "no name", "status": "404"}
    return table.put_item(Item=part)


def found(part_id):
    answer = table.get_item(Key={"id": part_id})
    if "Item" not in answer:
        return {"error": "no such part"}
    return answer["Item"]


@app.post("/parts/refused")
def refused():
    result = stored({"id": "1"})
    if result.get("status") == "404":
        return result
    return {"status": "stored"}


@app.post("/parts/kept")
def kept():
    result = stored({"id": "1"})
    if result.get("status") != "404":
        return result  # want raw-response
    return {"status": "refused"}


@app.post("/parts/counted")
def counted():
    result = table.scan()  # want unscoped-scan?
    if "Count" in result and result["ScannedCount"] == 3:
        return result  # want raw-response
    return {}


@app.get("/parts/missing")
def missing():
    part = found("1")
    if part.get("error") is not None:
        return jsonify(part), 404
    return jsonify(name=part["name"])


@app.get("/parts/failed")
def failed():
    part = found("1")
    if "error" not in part:
        return jsonify(part)  # want raw-item?
    return jsonify(part), 404


@app.get("/jobs")
def job():
    part = table.get_item(Key={"id": "1"})["Item"]
    if part["error"]:
        return jsonify(part)  # want raw-item
    return jsonify(name=part["name"])
