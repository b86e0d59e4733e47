import boto3
from fastapi import APIRouter

router = APIRouter(prefix="/people")
table = boto3.resource("dynamodb").Table("people")


@router.get("/{person_id}")
def person(person_id: str):
    item = table.get_item(Key={"id": person_id})["Item"]  # want unscoped-key
    return {"name": item["name"]}
