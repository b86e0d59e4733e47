"""A table is known by its name, its setting, its stack, or by what --table says."""
import os

import boto3
from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

dynamodb = boto3.resource("dynamodb")
by_stack = dynamodb.Table(os.environ["STORE"])
by_setting = dynamodb.Table(os.environ["MEMBERS_TABLE_NAME"])
by_flag = dynamodb.Table("prod-members-7")
passed = dynamodb.Table("sessions")
stranger = dynamodb.Table("members-old")


class Member(Model):
    class Meta:
        table_name = "Members"

    id = UnicodeAttribute(hash_key=True)
    badge = UnicodeAttribute()


def badges(member_id, name):
    one = by_stack.get_item(Key={"id": member_id})["Item"]
    two = by_setting.get_item(Key={"id": member_id})["Item"]
    three = by_flag.get_item(Key={"id": member_id})["Item"]
    four = Member.get(member_id)
    return [
        one["badge"],  # want unseen-attribute
        two["badge"],  # want unseen-attribute
        three["badge"],  # want unseen-attribute
        four.badge,  # want unseen-attribute
        passed.get_item(Key={"id": member_id})["Item"]["badge"],
        stranger.get_item(Key={"id": member_id})["Item"]["badge"],  # want notice
        dynamodb.Table(name).get_item(Key={"id": member_id})["Item"]["badge"],  # want notice
    ]
