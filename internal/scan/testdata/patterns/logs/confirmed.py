import boto3

table = boto3.resource("dynamodb").Table("people")


def handler(event, context):
    print(event)  # want sensitive-log
    user = event["request"]["userAttributes"]
    print(user)  # want sensitive-log
    print(user["sub"])
    print(user["email"])  # want sensitive-log
    table.put_item(Item={"sub": user["sub"]})
    return event
