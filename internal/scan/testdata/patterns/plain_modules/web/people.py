from . import bp
from .store import all_users, names


@bp.route("/users")
def users():
    return {"users": all_users()}  # want raw-item


@bp.get("/names")
def shown():
    return {"names": names()}
