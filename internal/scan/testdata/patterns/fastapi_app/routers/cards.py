import boto3
from boto3.dynamodb.conditions import Key
from fastapi import APIRouter, Depends, Request, Security

from ..deps import get_current_user

router = APIRouter(prefix="/cards", dependencies=[Depends(get_current_user)])
table = boto3.resource("dynamodb").Table("cards")


@router.get("/{card_id}")
async def card(card_id: str) -> dict:
    item = table.get_item(Key={"id": card_id})["Item"]  # want unscoped-key
    return {"last4": item["last4"]}


@router.get("/own/")
async def own(request: Request, user=Security(get_current_user, scopes=["cards"])):
    found = table.query(KeyConditionExpression=Key("user_id").eq(user["sub"]))
    return [{"last4": c["last4"]} for c in found["Items"]]
