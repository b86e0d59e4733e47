import boto3

drivers = boto3.resource("dynamodb").Table("drivers")


def get_driver(driver_id):
    """Parameter names arrive in snake case."""
    item = drivers.get_item(Key={"id": driver_id})["Item"]  # want unscoped-key
    return {"name": item["name"], "licence": item["licence"]}
