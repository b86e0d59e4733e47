variable "table" {}

resource "aws_iam_role" "this" {
  assume_role_policy = "{}"
}

resource "aws_iam_role_policy" "this" {
  role = aws_iam_role.this.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat([{ Effect = "Allow", Action = "dynamodb:Query", Resource = var.table }], [])
  })
}

output "role" {
  value = aws_iam_role.this.name
}

output "table" {
  value = var.table
}
