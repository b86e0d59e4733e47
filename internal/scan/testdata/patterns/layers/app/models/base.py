import boto3
from botocore.exceptions import ClientError

from app.utils.errors import DatabaseError


class BaseModel:
    table_name = None
    primary_key = "id"
    public = ()

    @classmethod
    def table(cls):
        return boto3.resource("dynamodb").Table(cls.table_name)

    def __init__(self, **attrs):
        for key, value in attrs.items():
            setattr(self, key, value)

    @classmethod
    def find(cls, value):
        try:
            found = cls.table().get_item(Key={cls.primary_key: value})  # want unscoped-key
        except ClientError as e:
            raise DatabaseError(e.response["Error"]["Message"])  # want error-in-body
        item = found.get("Item")
        return cls(**item) if item else None

    @classmethod
    def all(cls):
        return [cls(**item) for item in cls.table().scan()["Items"]]  # want unscoped-scan

    def to_dict(self):
        return self.__dict__

    def to_public(self):
        return {name: getattr(self, name, None) for name in self.public}
