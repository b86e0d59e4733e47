"""A body of a declared model holds what the model names, and no more."""
import logging
from typing import Optional

from fastapi import FastAPI
from pydantic import BaseModel

logger = logging.getLogger(__name__)
app = FastAPI()


class Timed(BaseModel):
    created_at: str


class Publication(Timed):
    title: str
    paragraph: Optional[str] = None


class Registration(Timed):
    name: str
    password: str


class Contact(BaseModel):
    email: str
    subject: str


class Anything(BaseModel):
    kind: str
    payload: dict


@app.post("/publications")
def publish(body: Publication):
    logger.info(body)
    return {"title": body.title}


@app.post("/registrations")
def register(body: Registration):
    logger.info("new: %s", body)  # want sensitive-log
    return {"name": body.name}


@app.post("/contacts")
def contact(body: Contact):
    print(body)  # want sensitive-log
    return {"subject": body.subject}


@app.post("/anything")
def anything(body: Anything):
    logger.info(body)  # want sensitive-log
    return {"kind": body.kind}
