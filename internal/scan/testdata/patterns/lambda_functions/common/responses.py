import json
from decimal import Decimal


class DecimalEncoder(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, Decimal):
            return int(o) if o % 1 == 0 else float(o)
        return super().default(o)


HEADERS = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}  # want cors-any-origin


def response(status, body=None):
    answer = {"statusCode": status, "headers": HEADERS}
    if body is not None:
        answer["body"] = json.dumps(body, cls=DecimalEncoder)
    return answer


def guarded(handler):
    def wrapper(event, context):
        try:
            return response(200, handler(event, context))
        except KeyError as e:
            return response(400, {"error": "missing parameter"})
        except Exception as e:
            return response(500, {"error": str(e)})  # want error-in-body

    return wrapper
