from connexion import context, request

from .driver_controller import drivers


def me():
    item = drivers.get_item(Key={"id": context["user"]})["Item"]
    other = drivers.get_item(Key={"id": request.context["token_info"]["sub"]})["Item"]
    return {"name": item["name"], "licence": other["licence"]}
