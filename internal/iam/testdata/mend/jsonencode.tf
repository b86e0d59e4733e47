resource "aws_iam_role_policy" "app" {
  name = "app"
  role = "app"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # The profile page.
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"]
        Resource = "arn:aws:dynamodb:eu-west-1:111122223333:table/UserProfiles"
      },
      { Effect = "Allow", Action = "s3:GetObject", Resource = "*" },
    ]
  })
}
