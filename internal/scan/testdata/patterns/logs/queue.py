import boto3

table = boto3.resource("dynamodb").Table("jobs_done")


def handler(event, context):
    print(event)
    for record in event["Records"]:
        print(record["messageId"])
        table.put_item(Item={"id": record["messageId"]})
