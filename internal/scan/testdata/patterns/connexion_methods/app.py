import connexion
from connexion.resolver import MethodResolver

app = connexion.FlaskApp(__name__)
app.add_api("openapi.yaml", resolver=MethodResolver("api"))
