from app.services.user_service import UserService, user_service
from app.utils import responses
from app.utils.errors import DatabaseError
from app.utils.responses import failure, success


def show(user_id):
    try:
        return success(UserService.get(user_id).to_dict())  # want raw-item
    except LookupError as e:
        return failure(str(e), 404)
    except DatabaseError as e:
        return failure(e.message, e.code)


def card(user_id):
    return success(user_service.get(user_id).to_public())


def listing():
    return responses.success(user_service.listing(), total=len(user_service.listing()))


def init_routes(app):
    app.add_url_rule("/users/<user_id>", "show", show, methods=["GET"])
    app.add_url_rule("/users/<user_id>/card", "card", card)
    app.add_url_rule(rule="/users", view_func=listing)
