resource "aws_lambda_function" "site" {
  function_name = "site"
  handler       = "site.lambda_handler"
  runtime       = "python3.12"
}

resource "aws_apigatewayv2_integration" "site" {
  api_id           = aws_apigatewayv2_api.site.id
  integration_type = "AWS_PROXY"
  integration_uri  = aws_lambda_function.site.invoke_arn
}

resource "aws_apigatewayv2_route" "all" {
  api_id             = aws_apigatewayv2_api.site.id
  route_key          = "$default"
  target             = "integrations/${aws_apigatewayv2_integration.site.id}"
  authorization_type = "JWT"
  authorizer_id      = aws_apigatewayv2_authorizer.staff.id
}

resource "aws_apigatewayv2_route" "open" {
  api_id    = aws_apigatewayv2_api.site.id
  route_key = "GET /public/{proxy+}"
  target    = "integrations/${aws_apigatewayv2_integration.site.id}"
}

resource "aws_apigatewayv2_authorizer" "staff" {
  api_id          = aws_apigatewayv2_api.site.id
  authorizer_type = "JWT"
}

resource "aws_apigatewayv2_api" "site" {
  name          = "site"
  protocol_type = "HTTP"
}
