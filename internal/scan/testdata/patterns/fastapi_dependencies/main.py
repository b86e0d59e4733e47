"""What a route depends on reads the request as the route itself does."""

from typing import Annotated, List, Optional

import boto3
from boto3.dynamodb import conditions
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from jose import jwt
from pydantic import BaseModel, BaseSettings

app = FastAPI()
orders = boto3.resource("dynamodb").Table("orders")
scheme = OAuth2PasswordBearer(tokenUrl="token")


class Settings(BaseSettings):
    region: str = "eu-west-1"


class Line(BaseModel):
    article: str
    count: int


class Order(BaseModel):
    order_id: str
    customer: str
    lines: List[Line]


class Listing(BaseModel):
    items: List[Order]


class Asked(BaseModel):
    state: str = "open"
    size: Optional[int] = None


class Page:
    def __init__(self, warehouse: str = "north", size: int = 10):
        self.warehouse = warehouse
        self.size = size


def caller(token: str = Depends(scheme)):
    return jwt.decode(token, "key from a store", algorithms=["HS256"])["sub"]  # want secret-in-source


def order(order_id: str):
    found = orders.get_item(Key={"order_id": order_id})  # want unscoped-key
    if "Item" not in found:
        raise HTTPException(404, "no such order")
    return found["Item"]


def own_order(order_id: str, customer: str = Depends(caller)):
    return orders.get_item(Key={"customer": customer, "order_id": order_id})["Item"]


@app.get("/orders/{order_id}/total")
def total(order=Depends(order)):
    return {"total": order["total"]}


@app.get("/own/{order_id}/total")
def own_total(order=Depends(own_order)):
    return {"total": order["total"]}


@app.get("/orders", response_model=Listing)
def by_state(asked: Asked = Depends(), settings: Settings = Depends()):
    key = conditions.Key("state").eq(asked.state)
    return {"items": orders.query(IndexName="state", KeyConditionExpression=key)["Items"]}  # want unscoped-key


@app.get("/warehouse", response_model=Listing)
def by_warehouse(page: Annotated[Page, Depends()]):
    key = conditions.Key("warehouse").eq(page.warehouse)
    return {"items": orders.query(IndexName="warehouse", KeyConditionExpression=key)["Items"]}  # want unscoped-key
