import os

from flask import Flask

app = Flask(__name__)
app.config["DEBUG"] = os.environ.get("APP_DEBUG", "1")  # want debug-mode


class Config:
    DEBUG = os.getenv("APP_DEBUG", "true").lower() == "true"  # want debug-mode


class BaseConfig:
    DEBUG = os.getenv("APP_DEBUG", "false").lower() == "true"


if __name__ == "__main__":
    app.run(debug=os.environ.get("APP_DEBUG", True))  # want debug-mode
    app.run(debug=bool(os.environ.get("APP_DEBUG", "yes")), port=1)  # want debug-mode
    app.run(debug=os.environ.get("APP_DEBUG") == "1", port=2)
    app.run(debug=os.environ.get("APP_DEBUG", False), port=3)
    app.run(debug=os.environ.get("APP_DEBUG", "off") == "on", port=4)
