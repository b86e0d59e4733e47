"""The modules that define the routes name no framework and no SDK."""
from flask import Flask

from web import bp

app = Flask(__name__)
app.register_blueprint(bp)
