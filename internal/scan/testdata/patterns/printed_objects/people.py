import boto3

table = boto3.resource("dynamodb").Table("members")


class Member:
    def __init__(self, member_id, first_name, email, phone=None):
        self.member_id = member_id
        self.first_name = first_name
        self.email = email
        self.phone = phone or ""

    @property
    def greeting(self):
        return f"Dear {self.first_name}"

    def address(self):
        return f"{self.first_name} <{self.email}>"

    @classmethod
    def of(cls, item):
        return cls(
            member_id=item.get("member_id", ""), first_name=item.get("first_name", ""),
            email=item.get("email", ""), phone=item.get("phone", ""),
        )


class People:
    def by_id(self, member_id):
        found = table.get_item(Key={"member_id": member_id})  # want unscoped-key
        if "Item" in found:
            return Member.of(found["Item"])
        return None

    def by_email(self, member_id):
        return Member.of(table.get_item(Key={"member_id": member_id})["Item"])  # want unscoped-key

    def by_badge(self, member_id):
        return Member.of(table.get_item(Key={"member_id": member_id})["Item"])

    def own(self, member_id):
        return Member.of(table.get_item(Key={"member_id": member_id})["Item"])
