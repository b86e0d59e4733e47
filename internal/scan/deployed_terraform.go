package scan

import (
	"path"
	"regexp"
	"strings"
)

// terraformIntegration is an integration of API Gateway that calls a function.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/apigatewayv2_integration
var terraformIntegration = regexp.MustCompile(`(?m)^[ \t]*(?:integration_)?uri[ \t]*=[ \t]*"?(?:\$\{)?aws_lambda_function\.([\w-]+)(?:\[[^\]\n]*\])?\.invoke_arn`)

// terraformLambda is the head of a function's block.
const terraformLambda = `resource "aws_lambda_function" "`

// integratedIn are the functions that API Gateway calls, by the folder of their
// Terraform module and their name there.
func integratedIn(files []textFile) map[string]bool {
	out := map[string]bool{}
	for _, f := range files {
		if path.Ext(f.path) != ".tf" {
			continue
		}
		for _, m := range terraformIntegration.FindAllStringSubmatch(f.text, maxDeployed) {
			out[path.Dir(f.path)+"/"+m[1]] = true
		}
	}
	return out
}

// terraformFunction is the function in whose block a place stands, as
// integratedIn has it; "" for none.
func terraformFunction(f textFile, at int) string {
	if path.Ext(f.path) != ".tf" {
		return ""
	}
	head := strings.LastIndex(f.text[:at], terraformLambda)
	if head < 0 {
		return ""
	}
	name, _, _ := strings.Cut(f.text[head+len(terraformLambda):at], `"`)
	return path.Dir(f.path) + "/" + name
}
