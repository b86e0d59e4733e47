"""A team's own wrapper of boto3: one class for all tables."""
import abc
from contextlib import contextmanager

import boto3
from boto3.dynamodb.conditions import Key


class Storage(abc.ABC):
    @abc.abstractmethod
    def fetch(self, key):
        raise NotImplementedError

    def fetch_or(self, key, default=None):
        found = self.fetch(key)
        return found if found else default


class DynamoStorage(Storage):
    _instances = {}

    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)

    def __init__(self, table_name, key_name="id"):
        self.key_name = key_name
        self.table_name = table_name
        self._table = None

    @property
    def table(self):
        if self._table is None:
            self._table = boto3.resource("dynamodb").Table(self.table_name)
        return self._table

    @classmethod
    def for_table(cls, name, **options):
        return cls(name, **options)

    @staticmethod
    def clean(item):
        return {k: v for k, v in item.items() if v is not None}

    def fetch(self, key):
        result = self.table.get_item(Key={self.key_name: key})  # want unscoped-key
        return result.get("Item")

    def find(self, **conditions):
        (name, value), = conditions.items()
        return self.table.query(KeyConditionExpression=Key(name).eq(value))["Items"]  # want unscoped-key

    def pages(self, **kwargs):
        page = self.table.scan(**kwargs)  # want unscoped-scan
        yield from page["Items"]
        while "LastEvaluatedKey" in page:
            page = self.table.scan(ExclusiveStartKey=page["LastEvaluatedKey"], **kwargs)  # want unscoped-scan
            for item in page["Items"]:
                yield item


@contextmanager
def opened(name):
    storage = DynamoStorage.for_table(name)
    try:
        yield storage
    finally:
        storage.closed = True


patients = DynamoStorage("patients", key_name="id")
