class Base:
    fields = []

    def __init__(self, item):
        self.item = item

    def to_dict(self):
        return self.serialize()

    def serialize(self):
        return self._pick(self.fields)

    def _pick(self, names):
        out = {}
        for name in names:
            out[name] = self.item.get(name)
        return out


class Person(Base):
    fields = ["id", "name"]


class Customer(Person):
    pass
