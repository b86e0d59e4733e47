variable "prefix" {
  default = "prod"
}

locals {
  table = "arn:aws:dynamodb:eu-west-1:111122223333:table/Notes"
}

resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] })
}

resource "aws_iam_role_policy" "encoded" {
  role = aws_iam_role.app.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "dynamodb:GetItem",
          "dynamodb:DeleteItem", # want iam-unused-actions
          "dynamodb:Scan",
        ]
        Resource = local.table
      },
      {
        Effect   = "Allow"
        Action   = ["logs:*"]
        Resource = "*"
      },
    ]
  })
}

data "aws_iam_policy_document" "wide" {
  statement {
    actions   = ["dynamodb:Put*"] # want iam-broad-actions
    resources = ["arn:aws:dynamodb:eu-west-1:111122223333:table/${var.prefix}-*"] # want iam-wildcard-resource
  }
}

resource "aws_iam_role_policy" "wide" {
  role   = aws_iam_role.app.id
  policy = data.aws_iam_policy_document.wide.json
}

resource "aws_iam_role_policy_attachment" "all" {
  role       = aws_iam_role.app.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess" # want iam-broad-actions
}

# What deploys the app is no part of it.
resource "aws_iam_role_policy" "pipeline" {
  role = "pipeline"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["dynamodb:*", "lambda:*"], Resource = "*" }]
  })
}

module "function" {
  source = "terraform-aws-modules/lambda/aws"

  policy_statements = {
    tables = {
      effect    = "Allow"
      actions   = ["dynamodb:PutItem", "dynamodb:UpdateItem"] # want iam-unused-actions
      resources = ["*"]                                       # want iam-wildcard-resource
    }
  }
}

resource "aws_sfn_state_machine" "notes" {
  definition = jsonencode({ StartAt = "Put", States = { Put = { Type = "Task", Resource = "arn:aws:states:::dynamodb:putItem", End = true } } })
}
