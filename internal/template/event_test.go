package template

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestTheFilesSayForWhichRequestsAFunctionIsCalledAndWhoLetsCallersThrough(t *testing.T) {
	tests := map[string]struct {
		name, text string
		want       []string
	}{
		"serverless.yml": {"api/serverless.yml", `
service: notes
provider: { name: aws }
custom: { pool: "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Notes", wsgi: { app: web/site.app } }
functions:
  read:
    handler: src/notes.read
    events:
      - http: { path: "notes/{id}", method: get, authorizer: aws_iam }
      - http: GET v1/notes
      - http: { path: keyed, method: get, private: true }
      - http: { path: token, method: get, authorizer: { name: check, type: token } }
      - http: { path: pool, method: get, authorizer: { type: COGNITO_USER_POOLS, arn: "${self:custom.pool}" } }
      - http: { path: given, method: get, authorizer: "${param:authorizer}" }
      - httpApi: { path: /v2/notes, method: "*", authorizer: { name: staff } }
      - httpApi: { path: /v2/iam, method: get, authorizer: { type: aws_iam } }
      - httpApi: { path: /v2/id, method: get, authorizer: { id: abc } }
      - httpApi: "*"
      - schedule: rate(1 hour)
  other: { handler: "${self:custom.handler}", events: [{ http: GET x }] }
  signed: { handler: src/signed.call, url: { authorizer: aws_iam } }
  open: { handler: src/open.call, url: true }
  site: { handler: wsgi_handler.handler, events: [{ http: { path: "{proxy+}", method: any, authorizer: staff } }] }
`, []string{
			"GET /notes/{id} api/src/notes read: IAM", "GET /v1/notes api/src/notes read: ", "GET /keyed api/src/notes read: ",
			"GET /token api/src/notes read: the authorizer check", "GET /pool api/src/notes read: the authorizer eu-west-1_Notes",
			"GET /given api/src/notes read: an authorizer", " /v2/notes api/src/notes read: the authorizer staff",
			"GET /v2/iam api/src/notes read: IAM", "GET /v2/id api/src/notes read: an authorizer", "  api/src/notes read: ",
			"  api/src/signed call: IAM", "  api/src/open call: ", " /{proxy+} api/web/site app: the authorizer staff",
		}},
		"SAM": {"template.yaml", `
Transform: AWS::Serverless-2016-10-31
Globals:
  Api: { Auth: { DefaultAuthorizer: Pool } }
Resources:
  Http: { Type: AWS::Serverless::HttpApi, Properties: { Auth: { DefaultAuthorizer: Jwt } } }
  Own:
    Type: AWS::Serverless::Api
    Properties: { Auth: { DefaultAuthorizer: AWS_IAM } }
  Read:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: notes.app.read
      Role: arn:aws:iam::111122223333:role/read
      FunctionUrlConfig: { AuthType: NONE }
      Events:
        One: { Type: Api, Properties: { Path: "/notes/{id}", Method: get } }
        Two: { Type: HttpApi, Properties: { Path: /notes, Method: any } }
        Three: { Type: HttpApi, Properties: { Path: /three, Method: get, ApiId: !Ref Http } }
        Four: { Type: HttpApi, Properties: { Path: /four, Method: get, ApiId: !Ref Http, Auth: { Authorizer: NONE } } }
        Five: { Type: Api, Properties: { Path: /five, Method: get, RestApiId: !Ref Own } }
        Six: { Type: Api, Properties: { Path: /six, Method: get, Auth: { Authorizer: Other } } }
        Seven: { Type: Api, Properties: { Path: /seven, Method: get, Auth: { ApiKeyRequired: true } } }
        Queue: { Type: SQS, Properties: { Queue: !GetAtt Q.Arn } }
        Any: { Type: HttpApi }
`, []string{
			"  src/notes/app read: ", "GET /notes/{id} src/notes/app read: the authorizer Pool", " /notes src/notes/app read: ", "GET /three src/notes/app read: the authorizer Jwt",
			"GET /four src/notes/app read: ", "GET /five src/notes/app read: IAM", "GET /six src/notes/app read: the authorizer Other",
			"GET /seven src/notes/app read: the authorizer Pool", "  src/notes/app read: ",
		}},
		"an API's own document": {"template.yaml", `
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      DefinitionBody:
        openapi: "3.0.1"
        security: [{ staff: [] }]
        paths:
          /notes: { get: { security: [] } }
          /keyed: { get: { security: [{ key: [] }] } }
        components:
          securitySchemes:
            staff: { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authorizer: { type: token } }
            key: { type: apiKey, name: x-api-key, in: header }
  Read:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.read
      Events:
        One: { Type: Api, Properties: { Path: /notes, Method: get, RestApiId: !Ref Api } }
        Two: { Type: Api, Properties: { Path: /mine, Method: get, RestApiId: !Ref Api } }
        Three: { Type: Api, Properties: { Path: /keyed, Method: get, RestApiId: !Ref Api } }
`, []string{"GET /notes src/app read: ", "GET /mine src/app read: the authorizer staff", "GET /keyed src/app read: "}},
		"CloudFormation": {"stack.yaml", `
Resources:
  Read: { Type: AWS::Lambda::Function, Properties: { Handler: src/notes.read, Code: { S3Bucket: b, S3Key: k } } }
  Local: { Type: AWS::Lambda::Function, Properties: { Handler: notes.local, Code: ./code } }
  Rest: { Type: AWS::ApiGateway::RestApi }
  Notes: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Rest, ParentId: !GetAtt Rest.RootResourceId, PathPart: notes } }
  Note: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Rest, ParentId: !Ref Notes, PathPart: "{id}" } }
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Rest
      ResourceId: !Ref Note
      HttpMethod: GET
      AuthorizationType: COGNITO_USER_POOLS
      AuthorizerId: !Ref Pool
      Integration: { Uri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Read.Arn}/invocations" }
  Root:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Rest
      ResourceId: !GetAtt Rest.RootResourceId
      HttpMethod: ANY
      AuthorizationType: NONE
      Integration: { Uri: !Join ["", ["arn:aws:apigateway:", !Ref "AWS::Region", ":lambda:path/2015-03-31/functions/", !GetAtt Local.Arn, /invocations]] }
  Http: { Type: AWS::ApiGatewayV2::Api, Properties: { RouteKey: GET /quick, Target: !GetAtt Local.Arn } }
  Calls: { Type: AWS::ApiGatewayV2::Integration, Properties: { ApiId: !Ref Http, IntegrationUri: !GetAtt Read.Arn } }
  Route: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Http, RouteKey: "$default", Target: !Sub "integrations/${Calls}", AuthorizationType: JWT, AuthorizerId: !Ref Jwt } }
  Url: { Type: AWS::Lambda::Url, Properties: { TargetFunctionArn: !Ref Local, AuthType: AWS_IAM } }
  Pool: { Type: AWS::ApiGateway::Authorizer }
  Jwt: { Type: AWS::ApiGatewayV2::Authorizer }
`, []string{
			"GET /notes/{id} src/notes read: the authorizer Pool (anywhere)", " / code/notes local: ", "GET /quick code/notes local: ",
			"  src/notes read: the authorizer Jwt (anywhere)", "  code/notes local: IAM",
		}},
		"Zappa": {"api/zappa_settings.json", `{
  "dev": {"app_function": "web.app"},
  "staff": {"extends": "dev", "authorizer": {"function": "web.check"}},
  "signed": {"extends": "staff", "iam_authorization": true},
  "url": {"extends": "dev", "apigateway_enabled": false, "function_url_enabled": true, "function_url_config": {"authorizer": "AWS_IAM"}}
}`, []string{"  api/web app: ", "  api/web app: the authorizer web.check", "  api/web app: IAM", "  api/web app: IAM"}},
		"Terraform": {"main.tf", `
resource "aws_lambda_function" "read" {
  function_name = "read-${var.stage}"
  handler       = "src/notes.read"
}
resource "aws_lambda_function" "each" {
  for_each      = toset(["a"])
  function_name = "each-${each.key}"
  handler       = "src.${each.key}.call"
}
variable "stage" { default = "dev" }
resource "aws_api_gateway_resource" "notes" {
  rest_api_id = aws_api_gateway_rest_api.rest.id
  parent_id   = aws_api_gateway_rest_api.rest.root_resource_id
  path_part   = "notes"
}
resource "aws_api_gateway_resource" "note" {
  parent_id = aws_api_gateway_resource.notes.id
  path_part = "{proxy+}"
}
resource "aws_api_gateway_method" "get" {
  rest_api_id   = aws_api_gateway_rest_api.rest.id
  resource_id   = aws_api_gateway_resource.note.id
  http_method   = "ANY"
  authorization = "CUSTOM"
  authorizer_id = aws_api_gateway_authorizer.check.id
}
resource "aws_api_gateway_integration" "get" {
  resource_id = aws_api_gateway_resource.note.id
  http_method = aws_api_gateway_method.get.http_method
  uri         = aws_lambda_function.read.invoke_arn
}
resource "aws_api_gateway_rest_api" "rest" { name = "rest" }
resource "aws_apigatewayv2_api" "http" { name = "http" }
resource "aws_apigatewayv2_integration" "each" {
  for_each        = toset(["a"])
  api_id          = aws_apigatewayv2_api.http.id
  integration_uri = aws_lambda_function.each[each.key].arn
}
resource "aws_apigatewayv2_route" "each" {
  for_each           = toset(["a"])
  api_id             = aws_apigatewayv2_api.http.id
  route_key          = "GET /${each.key}/{id}"
  target             = "integrations/${aws_apigatewayv2_integration.each[each.key].id}"
  authorization_type = "JWT"
  authorizer_id      = aws_apigatewayv2_authorizer.staff.id
}
resource "aws_lambda_function_url" "read" {
  function_name      = aws_lambda_function.read.function_name
  authorization_type = "NONE"
}
`, []string{
			" /notes/{proxy+} src/notes read: the authorizer check (anywhere)", "GET /a/{id} src/a call: the authorizer staff (anywhere)", "  src/notes read:  (anywhere)",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range ReadFile(test.name, []byte(test.text), Options{}).Events {
				if e.Start.Line == 0 || e.Location.Path != test.name {
					t.Errorf("%s is at %v", e.Path, e.Location)
				}
				line := fmt.Sprintf("%s %s %s %s: %s", e.Method, e.Path, e.Code, e.Function, e.Login)
				if e.Anywhere {
					line += " (anywhere)"
				}
				got = append(got, line)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}
