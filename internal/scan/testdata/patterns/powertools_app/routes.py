import boto3
from aws_lambda_powertools.event_handler.api_gateway import Router

router = Router()
members = boto3.client("dynamodb")


@router.get("/<member_id>")
def member(member_id):
    return members.get_item(TableName="members", Key={"id": {"S": member_id}})  # want unscoped-key raw-response


@router.post("/")
def create():
    body = router.current_event.json_body
    members.put_item(TableName="members", Item={"id": {"S": body["id"]}, "pin_code": {"S": body["pin_code"]}})  # want credential-in-clear
    return {"id": body["id"]}, 201
