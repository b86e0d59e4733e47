import jwt

KEY = "changeme"  # want secret-in-source
PUBLIC = "-----BEGIN PUBLIC KEY-----\nMFkwEwYH\n-----END PUBLIC KEY-----"
SECRET_KEY = "SECRET_KEY_OF_APP"
HEADER = "secret"


def sign(claims):
    return jwt.encode(claims, KEY, algorithm="HS256")


def verify(token):
    return jwt.decode(token, PUBLIC, algorithms=["ES256"])
