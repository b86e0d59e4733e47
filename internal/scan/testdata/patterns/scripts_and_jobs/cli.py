"""What is run by hand or by a schedule answers nobody over HTTP."""
import argparse
import json
import sys

import boto3
import click
from flask import Flask
from flask.cli import AppGroup

app = Flask(__name__)
users_cli = AppGroup("users")
table = boto3.resource("dynamodb").Table("users")


@users_cli.command("list")
@click.option("--limit", default=10)
def list_users(limit):
    for user in table.scan(Limit=limit)["Items"]:
        click.echo(user["name"])


@app.cli.command("export")
@click.argument("user_id")
def export(user_id):
    item = table.get_item(Key={"id": user_id})["Item"]
    json.dump(item, sys.stdout)
    return item


@click.command()
@click.argument("user_id")
def show(user_id):
    return table.get_item(Key={"id": user_id})["Item"]


def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--user-id")
    args = parser.parse_args(argv)
    item = table.get_item(Key={"id": args.user_id})["Item"]
    sys.stdout.write(json.dumps(item))
    return item


if __name__ == "__main__":
    main()
