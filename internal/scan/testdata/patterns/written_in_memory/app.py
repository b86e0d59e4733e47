import csv
import io
import json

import boto3
from flask import Flask, Response, g, send_file
from flask_login import login_required

app = Flask(__name__)
customers = boto3.resource("dynamodb").Table("customers")
FIELDS = ["name", "city"]


@app.get("/customers.csv")
@login_required
def by_columns():
    out = io.StringIO()
    w = csv.DictWriter(out, fieldnames=["name", "ssn"], extrasaction="ignore")
    w.writeheader()
    for row in customers.scan()["Items"]:  # want unscoped-scan
        w.writerow(row)
    return Response(out.getvalue(), mimetype="text/csv")  # want sensitive-attribute


@app.get("/all.csv")
@login_required
def all_columns():
    rows = customers.scan()["Items"]  # want unscoped-scan missing-projection
    out = io.StringIO()
    w = csv.DictWriter(out, fieldnames=rows[0].keys())
    w.writerows(rows)
    return out.getvalue()  # want raw-item


@app.get("/file.csv")
@login_required
def as_file():
    out = io.BytesIO()
    w = csv.writer(out)
    for row in customers.scan()["Items"]:  # want unscoped-scan
        w.writerow([row["name"], row["ssn"]])  # want sensitive-attribute
    out.seek(0)
    return send_file(out, mimetype="text/csv")


@app.get("/own.csv")
@login_required
def some_columns():
    item = customers.get_item(Key={"id": g.user.id})["Item"]
    out = io.StringIO()
    w = csv.DictWriter(out, fieldnames=FIELDS, extrasaction="ignore")
    w.writerow(item)
    return out.getvalue()


@app.get("/count")
@login_required
def counted():
    out = io.StringIO()
    json.dump(customers.scan(Select="COUNT")["Count"], out)
    return out.getvalue()
