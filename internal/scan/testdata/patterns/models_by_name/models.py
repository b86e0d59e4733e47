from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model


class Customer(Model):
    class Meta:
        table_name = "customers"

    id = UnicodeAttribute(hash_key=True)
    email = UnicodeAttribute()


class Album(Model):
    class Meta:
        table_name = "albums"

    id = UnicodeAttribute(hash_key=True)
    title = UnicodeAttribute()
