import boto3

table = boto3.resource("dynamodb").Table("users")


def list_all(event, context):
    print(event)  # want sensitive-log
    return {"users": table.scan()["Items"]}  # want missing-projection raw-item unscoped-scan


def sweep(event, context):
    print(event)
    return {"users": table.scan()["Items"]}
