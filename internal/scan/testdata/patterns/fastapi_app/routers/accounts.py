from typing import List

from botocore.exceptions import ClientError
from fastapi import APIRouter, Depends, HTTPException, Query

from ..deps import AccountService, CurrentUser, get_current_user, get_table
from ..schemas import AccountIn, AccountOut

router = APIRouter()


@router.get("/me", response_model=AccountOut)
async def me(user: CurrentUser, table=Depends(get_table)):
    return table.get_item(Key={"account_id": user["sub"]})["Item"]


@router.get("/mine", response_model=AccountOut)
async def mine(user: dict = Depends(get_current_user), table=Depends(get_table)):
    return table.get_item(Key={"account_id": user["sub"]})["Item"]


@router.get("/{account_id}", response_model=AccountOut)
async def one(account_id: str, service: AccountService = Depends()):
    found = service.find(account_id)
    if found is None:
        raise HTTPException(status_code=404, detail=f"no account {account_id}")
    return found


@router.get("/{account_id}/raw")
async def raw(account_id: str, service: AccountService = Depends(AccountService)):
    return service.find(account_id)  # want raw-item


@router.get("/", response_model=List[AccountOut])
def everyone(table=Depends(get_table)):
    return table.scan()["Items"]  # want unscoped-scan


@router.get("/by-email/")
def by_email(email: str = Query(...), table=Depends(get_table)):
    item = table.get_item(Key={"email": email})["Item"]  # want client-asserted-identity
    return AccountOut(**item)


@router.post("/")
def create(account: AccountIn, table=Depends(get_table)):
    try:
        table.put_item(Item=account.model_dump())  # want credential-in-clear
    except ClientError as e:
        raise HTTPException(status_code=500, detail=str(e))  # want error-in-body
    return {"account_id": account.account_id}


@router.post("/safe")
def create_safe(account: AccountIn, table=Depends(get_table)):
    table.put_item(Item=account.model_dump(exclude={"password"}))
    return AccountOut.model_validate(account)
