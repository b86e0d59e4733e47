"""Blueprints over several tables, which one helper reads."""
from flask import Flask

from books import books
from users import bp as users

app = Flask(__name__)
app.register_blueprint(users, url_prefix="/api/users")
app.register_blueprint(books)
