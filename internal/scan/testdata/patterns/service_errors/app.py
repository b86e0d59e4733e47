"""What a service's own calls raise reaches the clause around the call of the service."""

import boto3
from botocore.exceptions import ClientError
from fastapi import FastAPI, HTTPException

from services import Refused, count, publish

app = FastAPI()
table = boto3.resource("dynamodb").Table("readings")


@app.post("/publish")
def through_a_service(reading: dict):
    try:
        publish(reading)
        return {"published": True}
    except Exception as e:
        raise HTTPException(status_code=400, detail=f"not published: {e}")  # want error-in-body


@app.get("/count")
def of_own_making(kind: str):
    try:
        return {"count": count(kind)}
    except Exception:
        raise HTTPException(status_code=400, detail="not counted")


@app.post("/refused")
def authored(reading: dict):
    try:
        publish(reading)
    except Refused as e:
        raise HTTPException(status_code=409, detail=str(e))
    return {"published": True}


@app.put("/readings/{kind}")
def typed(kind: str):
    try:
        table.put_item(Item={"kind": kind})
    except ClientError as e:
        raise HTTPException(status_code=500, detail=e.response)  # want error-in-body
    return {"stored": True}


@app.delete("/readings/{kind}")
def what_is_no_client_error(kind: str):
    try:
        if not kind:
            raise Exception("no kind")
        table.delete_item(Key={"kind": kind})
    except ClientError:
        raise HTTPException(status_code=500, detail="not deleted")
    except Exception as e:
        raise HTTPException(status_code=500, detail=str(e))  # want error-in-body
    return {"deleted": True}


@app.patch("/readings/{kind}")
def narrow(kind: str):
    try:
        table.update_item(Key={"kind": kind}, UpdateExpression="REMOVE note")
    except ClientError:
        raise HTTPException(status_code=500, detail="not changed")
    except ValueError as e:
        raise HTTPException(status_code=400, detail=str(e))
    return {"changed": True}
