import os

import cognitojwt


def verify(token):
    try:
        return cognitojwt.decode(token, "eu-west-1", os.environ["POOL"], app_client_id=os.environ["CLIENT"])
    except cognitojwt.CognitoJWTException:
        return None
