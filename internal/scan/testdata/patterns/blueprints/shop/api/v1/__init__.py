from .customer_routes import customers_bp as customers
from .order_routes import orders
