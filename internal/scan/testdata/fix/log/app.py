import json
import logging

from flask import Flask, request

app = Flask(__name__)
log = logging.getLogger(__name__)


@app.post("/login")
def login():
    data = request.get_json()
    log.info("login of %s with %r", data["name"], data["password"])
    log.info(f"login of {data['name']} with {data['password']}")
    print("password", data["password"])
    log.info("password %d", data["password"])
    log.info("password " + data["password"])
    log.info("login of %s with %s" % (data["name"], data["password"]))
    log.info("login of {} with {}".format(data["name"], data["password"]))
    log.info("length %5.2f" % data["password"])
    print(data)  # all of it
    print(data["password"])
    print(remember(data["password"]))
    if data:
        print(data["password"])
    return "", 204


def handler(event, context):
    print(json.dumps(event))
    return {"statusCode": 204}
