import os

import boto3
from cryptography.fernet import Fernet
from flask import Flask, jsonify, request, session

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("vault")
kms = boto3.client("kms")
box = Fernet(os.environ["BOX_KEY"])


@app.get("/cards/<card_id>")
def card(card_id):
    item = table.get_item(Key={"card_id": card_id})["Item"]  # want unscoped-key
    plain = opened(item["ciphertext"])
    return f"Card number: {plain}"  # want sensitive-attribute


def opened(blob):
    answer = kms.decrypt(CiphertextBlob=blob)
    return answer["Plaintext"].decode("utf-8")


@app.get("/letters/<letter_id>")
def letter(letter_id):
    item = table.get_item(Key={"letter_id": letter_id})["Item"]  # want unscoped-key
    return jsonify(letter=box.decrypt(item["body"]).decode())  # want sensitive-attribute


@app.get("/own/card")
def own_card():
    item = table.get_item(Key={"card_id": session["user_id"]})["Item"]
    return jsonify(card=opened(item["ciphertext"]))


@app.get("/stamps/<card_id>")
def stamp(card_id):
    item = table.get_item(Key={"card_id": card_id})["Item"]
    answer = kms.decrypt(CiphertextBlob=item["ciphertext"])
    return jsonify(key=answer["KeyId"])
