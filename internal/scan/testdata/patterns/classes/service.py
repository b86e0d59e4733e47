class OrderService:
    def __init__(self, repository):
        self.repository = repository

    def find(self, order_id):
        return self.repository.find(order_id)  # want raw-item
