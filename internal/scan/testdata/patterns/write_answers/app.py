import boto3
from flask import Flask, jsonify, request

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("shelves")


def store(item):
    return table.put_item(Item=item)


@app.post("/shelves")
def add():
    response = store({"shelf": request.json["shelf"]})
    if response["ResponseMetadata"]["HTTPStatusCode"] == 200:
        return {"message": "stored"}
    return {"message": "failed", "response": response}  # want raw-response


@app.delete("/shelves/<shelf>")
def remove(shelf):
    return jsonify(table.delete_item(Key={"shelf": shelf}))  # want raw-response


@app.put("/shelves/<shelf>")
def change(shelf):
    response = table.update_item(Key={"shelf": shelf}, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": 1})
    return {"response": response["ResponseMetadata"]}, 200  # want raw-response


@app.get("/shelves/<shelf>")
def get(shelf):
    response = table.get_item(Key={"shelf": shelf})  # want unscoped-key?
    if "Item" not in response:
        return {"meta": response["ResponseMetadata"]}, 404  # want raw-response
    return {"shelf": response["Item"]["shelf"]}


@app.post("/count")
def count():
    response = store({"shelf": "count"})
    print(response)
    return {"status": response["ResponseMetadata"]["HTTPStatusCode"], "ok": bool(response)}
