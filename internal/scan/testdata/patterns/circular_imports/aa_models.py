# Comes first of the files, and imports the app that imports it.
import boto3

from app import app

app.logger.info("models")


class User:
    table = boto3.resource("dynamodb").Table("users")

    @staticmethod
    def all():
        return User.table.scan()["Items"]  # want unscoped-scan missing-projection
