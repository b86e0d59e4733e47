resource "aws_iam_policy" "mixed" {
  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = ["dynamodb:Get*", # want iam-broad-actions
                  "dynamodb:Query", # want iam-unused-actions
                  "dynamodb:PutItem"]
      Resource = "arn:aws:dynamodb:us-east-1:123456789012:table/profiles"
    }]
  })
}

resource "aws_iam_policy" "wild" {
  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = ["dynamodb:Get*", # want iam-broad-actions
                  "dynamodb:PutItem"]
      Resource = "arn:aws:dynamodb:us-east-1:123456789012:table/profiles"
    }]
  })
}
