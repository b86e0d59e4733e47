from typing import Optional

from pydantic import BaseModel


class AccountOut(BaseModel):
    account_id: str
    name: str


class AccountIn(AccountOut):
    password: str
    note: Optional[str] = None
