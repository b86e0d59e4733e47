from flask import Flask
from flask_smorest import Api

from patients import blp

app = Flask(__name__)
app.config["API_TITLE"] = "Clinic"
api = Api(app)
api.register_blueprint(blp)
