from abc import ABC, abstractmethod

import boto3


class Timed:
    """A mixin."""

    def get(self, key):
        self.asked = key
        return super().get(key)


class Repo(ABC):
    def __init__(self, table):
        self.table = table

    @abstractmethod
    def key(self, value): ...

    def get(self, value):
        return self.table.get_item(Key=self.key(value)).get("Item")  # want unscoped-key


class CustomerRepo(Timed, Repo):
    def key(self, value):
        return {"id": value}


class AuditedRepo(CustomerRepo):
    def __init__(self, table, by):
        super().__init__(table)
        self.by = by

    def get(self, value):
        item = super(AuditedRepo, self).get(value)
        return item


def build(name):
    return AuditedRepo(table=boto3.resource("dynamodb").Table(name), by="api")
