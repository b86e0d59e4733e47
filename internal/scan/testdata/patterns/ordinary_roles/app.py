"""A role that everyone has who signs up as one says nothing of whose items they are."""
import os

import boto3
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer
from jose import jwt

app = FastAPI()
inquiries = boto3.resource("dynamodb").Table("inquiries")
bearer = HTTPBearer()


def current_user(credentials=Depends(bearer)):
    return jwt.decode(credentials.credentials, os.environ["JWT_SECRET"], algorithms=["HS256"])


def shown(items):
    return [{"id": i["inquiry_id"], "message": i["message"]} for i in items]


@app.get("/property/{property_id}")
def of_property(property_id: str, user=Depends(current_user)):
    if user["role"] != "seller":
        raise HTTPException(status_code=403, detail="for sellers")
    found = inquiries.scan(FilterExpression="property_id = :p", ExpressionAttributeValues={":p": property_id})  # want unscoped-scan
    return shown(found["Items"])


@app.get("/all")
def every(user=Depends(current_user)):
    if user["role"] != "admin":
        raise HTTPException(status_code=403, detail="for administrators")
    return shown(inquiries.scan()["Items"])


@app.get("/mine")
def mine(user=Depends(current_user)):
    if user["role"] != "buyer":
        raise HTTPException(status_code=403, detail="for buyers")
    found = inquiries.scan(FilterExpression="buyer_id = :b", ExpressionAttributeValues={":b": user["user_id"]})
    return shown(found["Items"])


@app.get("/seen")
def seen(user=Depends(current_user)):
    if user["role"] == "seller":
        found = inquiries.scan(FilterExpression="seller_id = :s", ExpressionAttributeValues={":s": user["user_id"]})
    else:
        found = inquiries.scan()  # want unscoped-scan
    return shown(found["Items"])
