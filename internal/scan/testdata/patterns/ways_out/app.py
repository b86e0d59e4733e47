import itertools
import json

import boto3
import pandas as pd
import simplejson
import yaml
from flask import Flask, Response, current_app

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("customers")


@app.get("/a")
def class_of_app():
    items = table.scan()["Items"]  # want unscoped-scan missing-projection
    return app.response_class(response=json.dumps(items), mimetype="application/json")  # want raw-item


@app.get("/b")
def frame():
    items = table.scan()["Items"]  # want unscoped-scan missing-projection
    return pd.DataFrame(items).to_json(orient="records")  # want raw-item


@app.get("/c")
def page():
    frame = pd.DataFrame([item for item in table.scan()["Items"]])  # want unscoped-scan missing-projection
    return frame.to_html()  # want raw-item


@app.get("/d")
def provider():
    items = table.scan()["Items"]  # want unscoped-scan missing-projection
    return current_app.json.response(items)  # want raw-item


@app.get("/e")
def first():
    items = table.scan()["Items"]  # want unscoped-scan missing-projection
    return list(itertools.islice(items, 10))  # want raw-item


@app.get("/f")
def as_yaml():
    items = table.scan()["Items"]  # want unscoped-scan missing-projection
    return Response(yaml.safe_dump(items))  # want raw-item


@app.get("/g")
def mapped():
    items = table.scan()["Items"]  # want unscoped-scan missing-projection
    return simplejson.dumps(list(map(dict, items)), use_decimal=True)  # want raw-item


@app.get("/h")
def counted():
    frame = pd.DataFrame(table.scan()["Items"])
    return {"rows": len(frame)}
