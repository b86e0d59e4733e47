from mangum import Mangum

from api import app

adapter = Mangum(app)


def handler(event, context):
    return adapter(event, context)
