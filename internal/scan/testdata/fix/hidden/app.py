"""A diff shows no secret, also not beside what it changes."""
from flask import Flask

app = Flask(__name__)
app.secret_key = "kd8sJf2nQ0xLw7"


def first():
    app.debug = True


def second():
    app.debug = True


app.config["API_KEY"] = "pW83nfKq02hGzt"
app.config["DEBUG"] = True
