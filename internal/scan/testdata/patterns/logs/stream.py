import boto3
from aws_lambda_powertools import Logger

logger = Logger()
lines = boto3.resource("dynamodb").Table("copies")


def lambda_handler(event, context):
    logger.info(f"event={event}")  # want sensitive-log
    for record in event["Records"]:
        print(record)  # want sensitive-log
        keys = record["dynamodb"]["Keys"]
        logger.info(keys["pk"]["S"])
        logger.info(record["eventName"])
        image = record["dynamodb"]["NewImage"]
        logger.info(image)  # want sensitive-log
        text = image["message"]["S"]
        logger.info("text %s", text)  # want sensitive-log
        logger.info("room %s", image["room"]["S"])
        lines.put_item(Item={"pk": image["pk"]["S"], "message": text})
