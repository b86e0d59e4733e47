import boto3


class Base:
    def __init__(self, name):
        self.table = boto3.resource("dynamodb").Table(name)

    def find(self, key):
        return self.table.get_item(Key=key).get("Item")  # want unscoped-key


class Repository(Base):
    def find(self, key):
        return super().find({"order_id": key})
