"""What a script prints for whoever runs it is no log; what a service prints is one."""
import json
import logging

import boto3
from boto3.dynamodb.conditions import Key

logger = logging.getLogger(__name__)


class Visits:
    def __init__(self, name):
        self.table = boto3.resource("dynamodb").Table(name)

    def show(self, user_id):
        for record in self.table.query(KeyConditionExpression=Key("user_id").eq(user_id)).get("Items"):
            print(json.dumps(record))

    def note(self, user_id):
        for record in self.table.query(KeyConditionExpression=Key("user_id").eq(user_id)).get("Items"):
            logger.info("visit %s", record)  # want sensitive-log

    def passwords(self):
        for record in self.table.scan()["Items"]:
            print(record["password"])  # want sensitive-log


if __name__ == "__main__":
    visits = Visits("user-visits")
    visits.show("1")
    visits.note("1")
    visits.passwords()
