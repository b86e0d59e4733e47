resource "aws_lambda_function" "list" {
  function_name = "list"
  handler       = "list.main.answer"
  runtime       = "python3.12"
}

resource "aws_apigatewayv2_integration" "list" {
  integration_type   = "AWS_PROXY"
  integration_uri    = aws_lambda_function.list.invoke_arn
  integration_method = "POST"
}

resource "aws_lambda_function" "sweep" {
  function_name = "sweep"
  handler       = "sweep.main.answer"
  runtime       = "python3.12"
}

resource "aws_cloudwatch_event_target" "sweep" {
  arn = aws_lambda_function.sweep.arn
}
