from flask import Flask

from app.controllers import user_controller


def create_app():
    app = Flask(__name__)
    user_controller.init_routes(app)
    return app
