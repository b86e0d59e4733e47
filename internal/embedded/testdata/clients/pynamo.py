# PynamoDB against the endpoint in ENDPOINT, as an app uses it.
import os

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute, VersionAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite
from datetime import datetime, timezone


class ByTeam(GlobalSecondaryIndex):
    class Meta:
        projection = AllProjection()

    team = UnicodeAttribute(hash_key=True)
    age = NumberAttribute(range_key=True)


class User(Model):
    class Meta:
        table_name = "users"
        host = os.environ["ENDPOINT"]
        region = "us-east-1"
        billing_mode = "PAY_PER_REQUEST"

    id = UnicodeAttribute(hash_key=True)
    team = UnicodeAttribute(null=True)
    age = NumberAttribute(default=0)
    more = JSONAttribute(null=True)
    at = UTCDateTimeAttribute(default=lambda: datetime.now(timezone.utc))
    version = VersionAttribute()
    by_team = ByTeam()


User.create_table(wait=True)
with User.batch_write() as batch:
    for n in range(30):
        batch.save(User(f"u{n}", team="red" if n % 2 else "blue", age=n, more={"n": n}))

assert User.get("u3").more == {"n": 3}
assert [u.age for u in User.by_team.query("red", User.age > 10, page_size=3, scan_index_forward=False)] == list(range(29, 10, -2))
assert User.count() == 30 and len(list(User.scan(User.age.between(5, 9), page_size=4))) == 5

user = User.get("u1")
stale = User.get("u1")
user.update(actions=[User.age.set(User.age + 100), User.more.remove()])
assert User.get("u1").age == 101 and User.get("u1").more is None
try:
    stale.save()
    raise AssertionError("a stale version was saved")
except PutError as e:
    assert e.cause_response_code == "ConditionalCheckFailedException", e

try:
    with TransactWrite(connection=Connection(host=os.environ["ENDPOINT"], region="us-east-1")) as t:
        t.save(User("new", team="red"))
        t.condition_check(User, "u2", condition=User.age == 77)
    raise AssertionError("the transaction went through")
except TransactWriteError as e:
    assert e.cause_response_code == "TransactionCanceledException", e
assert not User.exists() or User.count() == 30
User.delete_table()
