import awsgi
from apig_wsgi import make_lambda_handler
from mangum import Mangum

from app import app

lambda_handler = make_lambda_handler(app)
asgi = Mangum(app, lifespan="off")


def awsgi_handler(event, context):
    return awsgi.response(app, event, context, base64_content_types={"image/png"})
