import boto3

dynamodb = boto3.resource("dynamodb")


class Store:
    def __init__(self, name):
        self.table = dynamodb.Table(name)

    def get(self, key):
        return self.table.get_item(Key=key).get("Item")

    def change(self, key, **values):
        self.table.update_item(
            Key=key,
            UpdateExpression="SET title = :t, pages = :p REMOVE draft",
            ExpressionAttributeValues={":t": values["title"], ":p": 1},
            ReturnValues="ALL_NEW",
        )
