# One policy that the roles of three functions share is one place to mend.

resource "aws_dynamodb_table" "stops" {
  name = "stops"
}

resource "aws_iam_policy" "read" {
  name = "stops-read"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action = [
          "dynamodb:GetItem",
          "dynamodb:Query",
        ]
        Resource = aws_dynamodb_table.stops.arn
      }
    ]
  })
}

resource "aws_iam_role" "next" {
  name = "next"
}

resource "aws_iam_role" "last" {
  name = "last"
}

resource "aws_iam_role" "first" {
  name = "first"
}

resource "aws_iam_role_policy_attachment" "next" {
  role       = aws_iam_role.next.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_role_policy_attachment" "last" {
  role       = aws_iam_role.last.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_role_policy_attachment" "first" {
  role       = aws_iam_role.first.name
  policy_arn = aws_iam_policy.read.arn
}
