import boto3
from fastapi import Depends, FastAPI

api = FastAPI()
table = boto3.resource("dynamodb").Table("notes")


def get_current_user(token: str):
    return {}


@api.get("/notes/{note_id}")
async def note(note_id: str):
    item = table.get_item(Key={"id": note_id})["Item"]  # want unscoped-key
    return {"text": item["text"]}


@api.get("/mine")
async def mine(user=Depends(get_current_user)):
    item = table.get_item(Key={"user": user["sub"]})["Item"]
    return {"text": item["text"]}
