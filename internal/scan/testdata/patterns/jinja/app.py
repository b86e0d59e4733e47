import boto3
from flask import Flask, render_template, render_template_string, session

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("members")


@app.get("/whole")
def whole():
    items = table.scan()["Items"]  # want unscoped-scan missing-projection
    return render_template("whole.html", items=items)  # want raw-item


@app.get("/cells")
def cells():
    items = table.scan()["Items"]  # want unscoped-scan missing-projection
    return render_template("cells.html", rows=items)  # want raw-item


@app.get("/script")
def script():
    items = table.scan()["Items"]  # want unscoped-scan missing-projection
    return render_template("parts/script.html", items=items)  # want raw-item


@app.get("/picked")
def picked():
    items = table.scan()["Items"]  # want unscoped-scan
    return render_template("picked.html", items=items, total=len(items))


@app.get("/me")
def me():
    item = table.get_item(Key={"member_id": session["user_id"]})["Item"]
    return render_template("me.html", member=item)  # want sensitive-attribute


@app.get("/line")
def line():
    item = table.get_item(Key={"member_id": session["user_id"]})["Item"]
    return render_template_string("{% set m = member %}<p>{{ m | tojson }}</p>", member=item)  # want raw-item


@app.get("/missing")
def missing():
    item = table.get_item(Key={"member_id": session["user_id"]})["Item"]
    return render_template("elsewhere.html", member=item)


@app.get("/prices")
def prices():
    item = table.get_item(Key={"member_id": session["user_id"]})["Item"]
    pairs = []
    for key in item:
        if key.startswith("price_"):
            pairs.append([key, item[key]])
    return render_template("pairs.html", pairs=pairs)


@app.get("/numbered")
def numbered():
    items = table.scan()["Items"]  # want unscoped-scan
    return render_template("numbered.html", items=enumerate(items))
