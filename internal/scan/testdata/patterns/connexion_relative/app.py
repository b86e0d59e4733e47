import connexion
from connexion import RelativeResolver

app = connexion.AsyncApp(__name__)
app.add_api("openapi.json", resolver=RelativeResolver("shop"))
