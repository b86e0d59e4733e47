variable "region" {
  default = "eu-central-1"
}

resource "aws_db_instance" "orders" {
  username = "orders"
  password = var.database_password
}

resource "aws_ecs_task_definition" "api" {
  secret_key = local.signing_key_of_sessions
  api_key    = data.aws_ssm_parameter.payment.value
  auth_token = random_password.cache_auth.result
  api_secret = jsondecode(data.aws_secretsmanager_secret_version.x.secret_string)["key"]
}

resource "aws_db_instance" "legacy" {
  password = "Tr0ub4dor-legacy"  # want secret-in-source
}
