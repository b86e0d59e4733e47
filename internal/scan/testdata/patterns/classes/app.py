"""Class-based views, self, super() and a repository that is handed in."""
from flask import Flask
from flask.views import MethodView

from repository import Repository
from service import OrderService

app = Flask(__name__)


class OrderView(MethodView):
    def __init__(self):
        self.service = OrderService(Repository("orders"))

    def get(self, order_id):
        return self.service.find(order_id)

    def post(self):
        return {"made": True}


app.add_url_rule("/orders/<order_id>", view_func=OrderView.as_view("orders"))
