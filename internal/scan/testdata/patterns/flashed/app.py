import boto3
from flask import Flask, flash, redirect, request

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("shelves")


@app.post("/shelves")
def add():
    try:
        table.put_item(Item={"shelf": request.form["shelf"]})
    except Exception as e:
        flash(f"Not stored: {e}", "danger")  # want error-in-body
    return redirect("/")


@app.post("/shelves/<shelf>")
def change(shelf):
    try:
        table.put_item(Item={"shelf": shelf})
    except Exception as e:
        app.logger.error("not stored: %s", e)
        flash("Not stored")
    return redirect("/")
