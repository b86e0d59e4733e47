from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from .routers import accounts, cards

app = FastAPI()
app.include_router(accounts.router, prefix="/accounts", tags=["accounts"])
app.include_router(cards.router)


@app.exception_handler(Exception)
async def failed(request: Request, exc: Exception):
    return JSONResponse(status_code=500, content={"detail": str(exc)})  # want error-in-body
