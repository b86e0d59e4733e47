locals {
  actions = ["dynamodb:GetItem", "dynamodb:Scan"]
}

resource "aws_iam_role_policy" "app" {
  name = "app"
  role = "app"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = local.actions, Resource = "arn:aws:dynamodb:eu-west-1:111122223333:table/UserProfiles" },
      { Effect = "Allow", Action = concat(["dynamodb:GetItem", "dynamodb:Scan"], ["dynamodb:Query"]), Resource = "arn:aws:dynamodb:eu-west-1:111122223333:table/UserProfiles" },
    ]
  })
}
