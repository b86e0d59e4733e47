import logging

from flask import Flask, request

paths = Flask(__name__)
log = logging.getLogger(__name__)


@paths.get("/by-email/<primary_email>")
def by_email(primary_email):
    log.info("looking for %s", primary_email)  # want sensitive-log
    return "", 204


@paths.get("/by-name/<username>/<int:page>")
def by_name(username, page):
    log.info("page %d of %s", page, username)
    return "", 204


@paths.post("/settings")
def settings():
    body = request.get_json()
    log.info("kept by %s, of %s", body["secret_manager"], body["token_type"])
    log.info("the secret is %s", body["client_secret"])  # want sensitive-log
    return "", 204
