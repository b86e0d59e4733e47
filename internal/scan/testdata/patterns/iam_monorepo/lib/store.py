import boto3

table = boto3.resource("dynamodb").Table("Notes")


def forget(key):
    table.update_item(Key={"id": key}, UpdateExpression="REMOVE #t", ExpressionAttributeNames={"#t": "text"})
    table.delete_item(Key={"id": key})
