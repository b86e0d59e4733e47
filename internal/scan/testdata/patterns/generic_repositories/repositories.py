from abc import ABC
from typing import Generic, Optional, Type, TypeVar

import boto3
from boto3.dynamodb.conditions import Attr, Key

from models import Account, Member, Order

T = TypeVar("T")


class Store:
    table = None

    def init_app(self, app):
        self.table = boto3.resource("dynamodb").Table(app.config["TABLE"])


store = Store()


class Repository(ABC, Generic[T]):
    model: Type[T]

    @property
    def table(self):
        return store.table

    def get(self, id_) -> Optional[T]:
        item = self.table.get_item(Key={"pk": f"USER#{id_}", "sk": "META"}).get("Item")  # want unscoped-key
        return self.model(**item) if item else None

    def of(self, id_):
        rows = self.table.query(KeyConditionExpression=Key("pk").eq(f"USER#{id_}"))["Items"]  # want unscoped-key
        return [self.model(**row) for row in rows]

    def all(self):
        return [self.model(**row) for row in self.table.scan(FilterExpression=Attr("sk").eq("META"))["Items"]]  # want unscoped-scan


class Accounts(Repository[Account]):
    model = Account


class Members(Repository[Member]):
    model = Member


class Orders(Repository[Order]):
    model = Order
