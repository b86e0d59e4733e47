# GET /api/profiles/{user_id} (GetItem) is left out: view support_profile reaches any item, and a session tag would not bound that. Use the service-role mode for it.
# The check at start reads DescribeTable and DescribeTimeToLive. This policy does not grant them (--startup does); without them discreet warns, and starts.
# View support_profile masks email: IAM lets the clear value through to the process. discreet serve masks it.
# Writes: no documented key bounds ReturnValuesOnConditionCheckFailure. Whoever holds the credentials and may write an item may read it whole by a condition that fails. discreet serve never asks for it.

resource "aws_iam_policy" "discreet_serve_session" {
  name   = "discreet-serve-session"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "UserProfilesOwnProfileRead"
        "Effect" = "Allow"
        "Action" = [
          "dynamodb:GetItem",
          "dynamodb:Query",
        ]
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/UserProfiles"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "display_name",
              "email",
              "preferences",
              "user_id",
            ]
            "dynamodb:LeadingKeys" = "$${aws:PrincipalTag/user_id}"
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
        "Sid" = "UserProfilesOwnProfileWrite"
        "Effect" = "Allow"
        "Action" = "dynamodb:UpdateItem"
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/UserProfiles"
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "dynamodb:Attributes" = [
              "display_name",
              "preferences",
              "user_id",
            ]
            "dynamodb:LeadingKeys" = "$${aws:PrincipalTag/user_id}"
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
    ]
  })
}

resource "aws_iam_role_policy_attachment" "discreet_serve_session" {
  role       = aws_iam_role.discreet_serve_session_trust.name
  policy_arn = aws_iam_policy.discreet_serve_session.arn
}

resource "aws_iam_role" "discreet_serve_session_trust" {
  name = "discreet-serve-session"
  assume_role_policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "VendTaggedSessions"
        "Effect" = "Allow"
        "Principal" = {
          "AWS" = "arn:aws:iam::111122223333:role/app"
        }
        "Action" = [
          "sts:AssumeRole",
          "sts:TagSession",
        ]
        "Condition" = {
          "ForAllValues:StringEquals" = {
            "aws:TagKeys" = "user_id"
          }
          "StringLike" = {
            "aws:RequestTag/user_id" = "?*"
          }
        }
      },
    ]
  })
}
