"""PynamoDB: what a model shows of itself, indexes, keys by keyword."""
import json

from chalice import Chalice, ForbiddenError
from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.util import attribute_value_to_json

app = Chalice(app_name="people")


class EmailIndex(GlobalSecondaryIndex):
    class Meta:
        index_name = "email-index"
        projection = AllProjection()

    email = UnicodeAttribute(hash_key=True)


class Base(Model):
    def shown(self):
        if hasattr(self.Meta, "fields"):
            return {k: attribute_value_to_json(v) for k, v in self.serialize().items() if k in self.Meta.fields}
        return self.to_json()


class User(Base):
    class Meta:
        table_name = "users"
        fields = ["nickname"]

    id = UnicodeAttribute(hash_key=True)
    email = UnicodeAttribute()
    nickname = UnicodeAttribute()
    by_email = EmailIndex()


class Note(Base):
    class Meta:
        table_name = "notes"

    id = UnicodeAttribute(hash_key=True)


@app.route("/mine/{id}", authorizer=None)
def mine(id):
    user = User.get(hash_key=id)
    who = json.loads(app.current_request.context["authorizer"]["principalId"])
    if user.id != who["id"]:
        raise ForbiddenError("not yours")
    return user.shown()


@app.route("/any/{id}")
def any_user(id):
    user = User.get(hash_key=id)  # want unscoped-key
    return user.shown()


@app.route("/note/{id}")
def any_note(id):
    return Note.get(hash_key=id).shown()  # want unscoped-key raw-item


@app.route("/email/{email}")
def by_email(email):
    for user in User.by_email.query(email):  # want unscoped-key
        return {"nickname": user.nickname}


@app.route("/all")
def everyone():
    rows = []
    for user in User.scan():  # want unscoped-scan
        row = user.shown()
        del row["nickname"]
        rows.append(row)
    return json.dumps(rows)
