import json

import boto3

iam = boto3.client("iam")

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["dynamodb:GetItem", "dynamodb:DeleteItem"],  # want iam-unused-actions
            "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/Notes",
        },
        {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"},
    ],
}

TEXT = """{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": "dynamodb:GetItem",
    "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/Notes"
  }]
}"""


def make():
    iam.put_role_policy(RoleName="app", PolicyName="tables", PolicyDocument=json.dumps(POLICY))
    iam.put_role_policy(RoleName="app", PolicyName="more", PolicyDocument=TEXT)
    iam.attach_role_policy(
        RoleName="app",
        PolicyArn="arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess",  # want iam-broad-actions
    )
    iam.attach_role_policy(RoleName="app", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
