"""Newer syntax: walrus, match, except*, type parameters, nested f-strings."""
from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import boto3
from flask import Flask, jsonify, request, session

app = Flask(__name__)
table = boto3.resource("dynamodb").Table("invoices")


class Repo[T]:
    def __init__(self, table):
        self.table = table

    def get[K](self, key: K) -> T | None:
        return self.table.get_item(Key={"id": key}).get("Item")  # want unscoped-key


type Items = list[dict[str, str]]
repo: Repo[dict] = Repo(table)


@app.get("/walrus/<invoice_id>")
def walrus(invoice_id: str, /):
    if not (item := repo.get(invoice_id)):
        return {"error": "none"}, 404
    return {"amount": item["amount"]}


@app.get("/match/<invoice_id>")
def matched(invoice_id):
    match table.get_item(Key={"id": invoice_id}):  # want unscoped-key
        case {"Item": {"state": "open", "amount": amount}}:
            return {"amount": amount}
        case {"Item": {"state": "void"}}:
            return {"error": "void"}, 410
        case _:
            return {"error": "none"}, 404


@app.get("/match/whole/<invoice_id>")
def matched_whole(invoice_id):
    match table.get_item(Key={"id": invoice_id}):  # want unscoped-key
        case {"Item": item}:
            return item  # want raw-item
        case _:
            return {}


@app.get("/match/mine/<invoice_id>")
def matched_mine(invoice_id):
    match table.get_item(Key={"id": invoice_id}):
        case {"Item": {"owner_id": owner, **rest}} if owner == session["user_id"]:
            return {"amount": rest["amount"]}
        case _:
            return {"error": "none"}, 404


@app.get("/match/verb", endpoint="verb")
def verb():
    match request.args.get("what"):
        case "own":
            found = table.query(KeyConditionExpression="owner_id = :o", ExpressionAttributeValues={":o": session["user_id"]})
        case _:
            found = {"Items": []}
    return {"amounts": [i["amount"] for i in found["Items"]]}


@app.get("/group/<invoice_id>")
def group(invoice_id):
    try:
        return {"amount": repo.get(invoice_id)["amount"]}
    except* ValueError as several:
        app.logger.error("several: %s", several)
    return {}


@app.get("/failed/<invoice_id>")
def failed(invoice_id):
    try:
        table.delete_item(Key={"id": invoice_id})
    except* Exception as several:
        note = f"failed: {f"{several!s}"}"  # want error-in-body
        return {"error": note}, 500
    return {}


@dataclass(slots=True, kw_only=True)
class Line:
    text: str
    tags: list = field(default_factory=list)


def lines(invoice_id):
    yield from (Line(text=line["text"]) for line in repo.get(invoice_id)["lines"])


@app.get("/lines/<invoice_id>")
def lines_of(invoice_id):
    return jsonify([line.text for line in lines(invoice_id)])


async def fetch(invoice_id):
    return await asyncio.to_thread(repo.get, invoice_id)


@app.get("/async/<invoice_id>")
async def fetched(invoice_id):
    one, two = await asyncio.gather(fetch(invoice_id), fetch(session["invoice"]))
    return {"amount": one["amount"], "other": two["amount"]}


@app.get("/star/<invoice_id>")
def star(invoice_id):
    first, *rest = [repo.get(invoice_id), None]
    return {"amount": first["amount"]}
