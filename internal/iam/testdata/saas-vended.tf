# Index GSI1 of table app: AWS's documents do not agree on whether dynamodb:LeadingKeys holds the index's partition key in a Query of it. This policy takes it to. Try one request of another's key before you rely on it.
# The check at start reads DescribeTable and DescribeTimeToLive. This policy does not grant them (--startup does); without them discreet warns, and starts.
# The sessions' role needs a trust policy that pins the session tags: --broker ARN writes it.
# View me is bound by user, which is no part of the partition key: IAM does not see it. discreet serve checks it on the key or the item.
# Writes: no documented key bounds ReturnValuesOnConditionCheckFailure. Whoever holds the credentials and may write an item may read it whole by a condition that fails. discreet serve never asks for it.
# Table app: PutItem replaces a whole item. IAM cannot ask that none be there; discreet serve does, in the request's own condition.
# View tasks shows steps[].text: IAM sees the top-level attribute steps whole. discreet serve takes out the rest.
# View my_tasks shows steps[].text: IAM sees the top-level attribute steps whole. discreet serve takes out the rest.

resource "aws_iam_policy" "discreet_serve_session" {
  name   = "discreet-serve-session"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "AppMeRead"
        "Effect" = "Allow"
        "Action" = "dynamodb:GetItem"
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/app"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "PK",
              "SK",
              "email",
              "expires_at",
              "name",
            ]
            "dynamodb:LeadingKeys" = "TENANT#$${aws:PrincipalTag/tenant}"
          }
          "Null" = {
            "dynamodb:Attributes" = "false"
            "dynamodb:LeadingKeys" = "false"
          }
          "StringEquals" = {
            "dynamodb:Select" = "SPECIFIC_ATTRIBUTES"
          }
        }
      },
      {
        "Sid" = "AppMeWrite"
        "Effect" = "Allow"
        "Action" = "dynamodb:UpdateItem"
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/app"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "PK",
              "SK",
              "expires_at",
              "name",
            ]
            "dynamodb:LeadingKeys" = "TENANT#$${aws:PrincipalTag/tenant}"
          }
          "Null" = {
            "dynamodb:Attributes" = "false"
            "dynamodb:LeadingKeys" = "false"
          }
          "StringEqualsIfExists" = {
            "dynamodb:ReturnValues" = "NONE"
          }
        }
      },
      {
        "Sid" = "AppProjectsAdminRead"
        "Effect" = "Allow"
        "Action" = [
          "dynamodb:GetItem",
          "dynamodb:Query",
        ]
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/app"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "PK",
              "SK",
              "expires_at",
              "margin",
              "name",
              "status",
            ]
            "dynamodb:LeadingKeys" = "TENANT#$${aws:PrincipalTag/tenant}"
          }
          "Null" = {
            "dynamodb:Attributes" = "false"
            "dynamodb:LeadingKeys" = "false"
          }
          "StringEquals" = {
            "dynamodb:Select" = "SPECIFIC_ATTRIBUTES"
          }
          "StringLike" = {
            "aws:PrincipalTag/roles" = "*:admin:*"
          }
        }
      },
      {
        "Sid" = "AppProjectsRead"
        "Effect" = "Allow"
        "Action" = [
          "dynamodb:GetItem",
          "dynamodb:Query",
        ]
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/app"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "PK",
              "SK",
              "expires_at",
              "name",
              "status",
            ]
            "dynamodb:LeadingKeys" = "TENANT#$${aws:PrincipalTag/tenant}"
          }
          "Null" = {
            "dynamodb:Attributes" = "false"
            "dynamodb:LeadingKeys" = "false"
          }
          "StringEquals" = {
            "dynamodb:Select" = "SPECIFIC_ATTRIBUTES"
          }
        }
      },
      {
        "Sid" = "AppProjectsAdminWrite"
        "Effect" = "Allow"
        "Action" = "dynamodb:PutItem"
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/app"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "PK",
              "SK",
              "expires_at",
              "name",
              "status",
            ]
            "dynamodb:LeadingKeys" = "TENANT#$${aws:PrincipalTag/tenant}"
          }
          "Null" = {
            "dynamodb:Attributes" = "false"
            "dynamodb:LeadingKeys" = "false"
          }
          "StringEqualsIfExists" = {
            "dynamodb:ReturnValues" = "NONE"
          }
          "StringLike" = {
            "aws:PrincipalTag/roles" = "*:admin:*"
          }
        }
      },
      {
        "Sid" = "AppTasksRead"
        "Effect" = "Allow"
        "Action" = [
          "dynamodb:GetItem",
          "dynamodb:Query",
        ]
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/app"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "GSI1PK",
              "GSI1SK",
              "PK",
              "SK",
              "expires_at",
              "status",
              "steps",
              "title",
            ]
            "dynamodb:LeadingKeys" = "TENANT#$${aws:PrincipalTag/tenant}"
          }
          "Null" = {
            "dynamodb:Attributes" = "false"
            "dynamodb:LeadingKeys" = "false"
          }
          "StringEquals" = {
            "dynamodb:Select" = "SPECIFIC_ATTRIBUTES"
          }
        }
      },
      {
        "Sid" = "AppTasksWrite"
        "Effect" = "Allow"
        "Action" = "dynamodb:UpdateItem"
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/app"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "GSI1SK",
              "PK",
              "SK",
              "expires_at",
              "status",
              "title",
            ]
            "dynamodb:LeadingKeys" = "TENANT#$${aws:PrincipalTag/tenant}"
          }
          "Null" = {
            "dynamodb:Attributes" = "false"
            "dynamodb:LeadingKeys" = "false"
          }
          "StringEqualsIfExists" = {
            "dynamodb:ReturnValues" = "NONE"
          }
        }
      },
      {
        "Sid" = "AppMyTasksRead"
        "Effect" = "Allow"
        "Action" = "dynamodb:Query"
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/app/index/GSI1"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "GSI1PK",
              "GSI1SK",
              "PK",
              "SK",
              "expires_at",
              "status",
              "steps",
              "title",
            ]
            "dynamodb:LeadingKeys" = "TENANT#$${aws:PrincipalTag/tenant}#USER#$${aws:PrincipalTag/user_id}"
          }
          "Null" = {
            "dynamodb:Attributes" = "false"
            "dynamodb:LeadingKeys" = "false"
          }
          "StringEquals" = {
            "dynamodb:Select" = "SPECIFIC_ATTRIBUTES"
          }
        }
      },
    ]
  })
}
