variable "prefix" {
  default = "app"
}

variable "suffix" {
  type = string
}

locals {
  table = "${var.prefix}-users"
  reads = ["dynamodb:GetItem", "dynamodb:Query"]
  read_statement = {
    Sid      = "Read"
    Effect   = "Allow"
    Action   = local.reads
    Resource = [aws_dynamodb_table.users.arn, "${aws_dynamodb_table.users.arn}/index/*"]
  }
}

data "aws_caller_identity" "me" {}

resource "aws_dynamodb_table" "users" {
  name     = local.table
  hash_key = "user_id"
}

resource "aws_iam_role" "api" {
  name = "${var.prefix}-api"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
  inline_policy {
    name = "read"
    policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [local.read_statement]
    })
  }
  managed_policy_arns  = ["arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess", aws_iam_policy.write.arn]
  permissions_boundary = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:policy/elsewhere"
}

resource "aws_iam_role_policy" "heredoc" {
  role   = aws_iam_role.api.id
  policy = <<-EOF
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": "dynamodb:Scan",
          "Resource": "${aws_dynamodb_table.users.arn}",
          "Condition": {"StringEquals": {"dynamodb:Select": "${var.suffix}"}}
        },
        {
          "Effect": "Allow",
          "Action": ${jsonencode(var.suffix)},
          "Resource": "arn:aws:dynamodb:*:*:table/x-${var.suffix}"
        }
      ]
    }
  EOF
}

resource "aws_iam_policy" "write" {
  name   = "write"
  policy = data.aws_iam_policy_document.write.json
}

data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Base"
    actions   = ["dynamodb:DescribeTable"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "write" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]

  dynamic "statement" {
    for_each = toset(["PutItem", "UpdateItem"])
    content {
      actions   = ["dynamodb:${statement.value}"]
      resources = [for t in [aws_dynamodb_table.users] : t.arn]
      condition {
        test     = "ForAllValues:StringEquals"
        variable = "dynamodb:LeadingKeys"
        values   = ["&{aws:PrincipalTag/user_id}"]
      }
    }
  }
}

resource "aws_iam_role_policy_attachment" "full" {
  for_each   = toset(["AmazonDynamoDBFullAccess", "NotYetKnownAccess"])
  role       = aws_iam_role.api.name
  policy_arn = "arn:aws:iam::aws:policy/${each.value}"
}

resource "aws_iam_user_policy" "file" {
  user   = "batch"
  policy = file("${path.module}/batch.json")
}

resource "aws_iam_group_policy" "template" {
  group  = "ops"
  policy = templatefile("${path.module}/ops.json.tftpl", { table = aws_dynamodb_table.users.arn, actions = local.reads })
}

resource "aws_dynamodb_resource_policy" "users" {
  resource_arn = aws_dynamodb_table.users.arn
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "dynamodb:GetItem", Resource = "*" }]
  })
}

module "reader" {
  count  = var.prefix == "app" ? 1 : 0
  source = "./modules/reader"
  table  = aws_dynamodb_table.users.arn
}

module "registry" {
  source = "terraform-aws-modules/iam/aws"
}

resource "aws_iam_role_policy" "of_module" {
  role   = module.reader[0].role
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "dynamodb:BatchGetItem", Resource = module.reader[0].table }] })
}
