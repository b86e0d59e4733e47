from typing import Optional

from pydantic import BaseModel, Field, SecretStr


class Account(BaseModel):
    pk: str
    email: str
    full_name: Optional[str] = None
    password_hash: str

    def public(self):
        return self.model_dump(include={"full_name"})

    def private(self):
        return self.model_dump(exclude={"pk"})


class Member(BaseModel):
    pk: str
    full_name: str
    password_hash: str = Field(default="", exclude=True)
    reset_token: SecretStr


class Order(BaseModel):
    total: float
    card_number: str
