import functools
import os

import jwt
from flask import abort, g


def require_auth(view):
    @functools.wraps(view)
    def wrapper(*args, **kwargs):
        if g.get("user") is None:
            abort(401)
        return view(*args, **kwargs)

    return wrapper


def verify_token(token):
    return jwt.decode(token, os.environ["KEY"], algorithms=["HS256"])
