import logging
import os

import boto3

log = logging.getLogger(__name__)
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def lambda_handler(event, context):
    print(os.environ)  # want sensitive-log
    print("starting with", dict(os.environ))  # want sensitive-log
    log.info("key %s", os.environ["SIGNING_SECRET"])  # want sensitive-log
    log.info("table %s in %s", os.environ["TABLE"], os.environ.get("AWS_REGION"))
    log.info("settings %s", sorted(os.environ.keys()))
    return {"statusCode": 204}
