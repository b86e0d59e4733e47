"""Examples of a body are no secrets; nor is a setting's own name."""

from fastapi import Body, FastAPI
from pydantic import BaseModel

app = FastAPI()

sign_up_example = {"name": "Ada", "password": "Corr3ct.horse!"}


class Settings:
    AWS_SECRET_ACCESS_KEY = "access_key"
    API_KEY = "api_key"
    DB_PASSWORD = "Corr3ct.horse!"  # want secret-in-source


class SignUp(BaseModel):
    name: str
    password: str

    class Config:
        schema_extra = {"example": {"name": "Ada", "password": "Corr3ct.horse!"}}


@app.post("/people")
def sign_up(body: SignUp = Body(example={"name": "Ada", "password": "Corr3ct.horse!"})):
    return {"name": body.name}
