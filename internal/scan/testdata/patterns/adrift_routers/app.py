"""Routers that the app mounts, and one that nobody imports any more."""
from fastapi import FastAPI

from routers import people

app = FastAPI()
app.include_router(people.router, prefix="/v2")


def extend(names):
    from routers import late

    for router in [getattr(late, name) for name in names]:
        app.include_router(router)
