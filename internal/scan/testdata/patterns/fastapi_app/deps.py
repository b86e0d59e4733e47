from typing import Annotated

import boto3
import jwt
from fastapi import Depends, HTTPException, status
from fastapi.security import OAuth2PasswordBearer

oauth2 = OAuth2PasswordBearer(tokenUrl="token")


def get_table():
    return boto3.resource("dynamodb").Table("accounts")


async def get_current_user(token: Annotated[str, Depends(oauth2)]):
    try:
        payload = jwt.decode(token, "-", algorithms=["RS256"])
    except jwt.InvalidTokenError:
        raise HTTPException(status_code=status.HTTP_401_UNAUTHORIZED, detail="bad token")
    return payload


class AccountService:
    def __init__(self, table=Depends(get_table)):
        self.table = table

    def find(self, account_id):
        return self.table.get_item(Key={"account_id": account_id}).get("Item")  # want unscoped-key


CurrentUser = Annotated[dict, Depends(get_current_user)]
