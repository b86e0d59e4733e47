"""Exceptions of the app's own keep what they are made of under names of their own."""
import boto3
from botocore.exceptions import BotoCoreError, ClientError
from flask import Flask, jsonify

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("parts")


class Base(Exception):
    def __init__(self, code, info):
        self.code = code
        self.info = info


class Failed(Base):
    def __init__(self, info):
        super().__init__("failed", info)

    @property
    def told(self):
        return "It failed: " + self.info

    def to_dict(self):
        return {"code": self.code, "error": self.info}


class Refused(Exception):
    def __init__(self, message, cause):
        self.message = message
        self.cause = cause


@app.errorhandler(Failed)
def answer(error):
    return jsonify(error=error.info), 500


def part(name):
    try:
        return table.get_item(Key={"id": name})["Item"]["size"]
    except ClientError as error:
        raise Failed(str(error)) from error  # want error-in-body


def part_told(name):
    try:
        return table.get_item(Key={"id": name})["Item"]["size"]
    except ClientError as error:
        raise Failed(str(error)) from error  # want error-in-body


def part_dict(name):
    try:
        return table.get_item(Key={"id": name})["Item"]["size"]
    except ClientError as error:
        raise Failed(str(error)) from error  # want error-in-body


def part_code(name):
    try:
        return table.get_item(Key={"id": name})["Item"]["size"]
    except ClientError as error:
        raise Failed(str(error)) from error


def piece(name):
    try:
        return table.get_item(Key={"id": name})["Item"]["size"]
    except ClientError as error:
        raise Refused("no such piece", str(error)) from error


@app.get("/parts")
def handled():
    return jsonify(size=part("1"))


@app.get("/parts/told")
def told():
    try:
        return jsonify(size=part_told("1"))
    except Failed as error:
        return jsonify(error=error.told), 500


@app.get("/parts/dict")
def as_dict():
    try:
        return jsonify(size=part_dict("1"))
    except Failed as error:
        return jsonify(error.to_dict()), 500


@app.get("/parts/code")
def code():
    try:
        return jsonify(size=part_code("1"))
    except Failed as error:
        return jsonify(error=error.code), 500


@app.get("/pieces")
def pieces():
    try:
        return jsonify(size=piece("1"))
    except Refused as error:
        return jsonify(error=error.message), 500


@app.get("/pieces/other")
def other():
    try:
        return jsonify(size=table.get_item(Key={"id": "1"})["Item"]["size"])
    except BotoCoreError:  # DynamoDB's own errors are no such ones
        return jsonify(error="not reached"), 500
    except Exception as error:
        return jsonify(error=str(error)), 500  # want error-in-body
