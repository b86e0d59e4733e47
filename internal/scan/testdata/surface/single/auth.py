from functools import wraps

from flask import abort, g, request
import jwt


def login_required(f):
    @wraps(f)
    def wrapper(*args, **kwargs):
        token = request.headers.get("Authorization")
        if not token:
            abort(401)
        g.user_id = jwt.decode(token, "key", algorithms=["RS256"])["sub"]
        return f(*args, **kwargs)
    return wrapper
