import boto3
from fastapi import APIRouter

router = APIRouter(prefix="/late")
table = boto3.resource("dynamodb").Table("late")


@router.get("/{person_id}")
def late(person_id: str):
    item = table.get_item(Key={"id": person_id})["Item"]  # want unscoped-key
    return {"name": item["name"]}
