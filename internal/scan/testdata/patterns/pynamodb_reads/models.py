import os
from datetime import datetime

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model


class EmailIndex(GlobalSecondaryIndex):
    class Meta:
        index_name = "by-email"
        projection = AllProjection()

    email = UnicodeAttribute(hash_key=True)


class BaseModel(Model):
    created_at = UTCDateTimeAttribute(default=datetime.utcnow)

    def to_dict(self):
        out = {}
        for key in self.attribute_values:
            out[key] = self.__getattribute__(key)
        return out

    def __iter__(self):
        for name, attr in self.get_attributes().items():
            yield name, attr.serialize(getattr(self, name))


class Member(BaseModel):
    class Meta:
        table_name = "members"
        region = os.environ.get("REGION")

    id = UnicodeAttribute(hash_key=True)
    email = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    points = NumberAttribute(default=0)
    friends = ListAttribute(default=list)
    email_index = EmailIndex()

    def card(self):
        return {"id": self.id, "points": self.points}

    @classmethod
    def by_email(cls, email):
        for member in cls.email_index.query(email, limit=1):  # want client-asserted-identity missing-projection
            return member
        return None

    @property
    def label(self):
        return f"{self.id} ({self.points})"
