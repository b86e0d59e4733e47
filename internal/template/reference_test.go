package template

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/policy"
)

func TestTerraformExpressionsAreResolvedOrSaidToBeUnknown(t *testing.T) {
	const o, u = "users", "unknown"
	tests := map[string]string{ // an expression to a resource's text
		`"a"`:                                         "a",
		`local.name`:                                  o,
		`var.given`:                                   "told",
		`var.late`:                                    u,
		`"x-${var.late}"`:                             u,
		`upper(local.name)`:                           "USERS",
		`join("-", [local.name, "x"])`:                "users-x",
		`format("%s/%s", local.name, 1)`:              "users/1",
		`replace("a.b", ".", "-")`:                    "a-b",
		`local.on ? "yes" : "no"`:                     "yes",
		`var.late == "x" ? "a" : "b"`:                 u,
		`[for k, v in local.map : k][0]`:              "one",
		`lookup(local.map, "none", "d")`:              "d",
		`values(local.map)[0]`:                        "1",
		`element(["a", "b"], 3)`:                      "b",
		`merge(local.map, {x = "y"}).x`:               "y",
		`try(local.none, "fallback")`:                 "fallback",
		`regex("[a-z]+", "12ab")`:                     "ab",
		`1 + 1 == 2 ? "two" : "three"`:                "two",
		`aws_dynamodb_table.t.name`:                   o,
		`aws_dynamodb_table.t.arn`:                    Options{}.ARN(o),
		`aws_dynamodb_table.many[1].name`:             "t1",
		`aws_dynamodb_table.many[*].name`:             "t0 t1",
		`[for t in aws_dynamodb_table.each : t.name]`: "a",
		`data.aws_dynamodb_table.old.arn`:             Options{}.ARN("old"),
		`data.aws_region.here.name`:                   OwnRegion,
		`aws_s3_bucket.b.arn`:                         u,
		`data.http.x.body`:                            u,
		`terraform.workspace`:                         u,
		`uuid()`:                                      u,
		`file("none.json")`:                           u,
		`module.none.x`:                               u,
		`flatten([["a"], [["b"]]])`:                   "a b",
		`jsondecode("{\"a\": \"b\"}").a`:              "b",
		`<<EOT
a
EOT
`: "a\n",
	}
	for expression, want := range tests {
		source := `
locals {
  name = "users"
  on   = true
  map  = { one = 1 }
}
variable "late" {}
variable "given" {}
data "aws_region" "here" {}
data "aws_dynamodb_table" "old" { name = "old" }
resource "aws_dynamodb_table" "t" { name = local.name }
resource "aws_dynamodb_table" "many" {
  count = 2
  name  = "t${count.index}"
}
resource "aws_dynamodb_table" "each" {
  for_each = { k = "a" }
  name     = each.value
}
resource "aws_iam_user_policy" "p" {
  user   = "u"
  policy = jsonencode({ Statement = [{ Resource = ` + expression + ` }] })
}
`
		r := ReadFile("main.tf", []byte(source), Options{Variables: map[string]string{"given": "told"}})
		got := "nothing"
		for _, p := range r.Principals {
			if list := p.Policies[0].Document.Get("Statement"); list != nil {
				got = words(list.Elements[0].Get("Resource"))
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q\n%s", expression, got, want, dump(r))
		}
	}
}

// words are a text, or the texts of a list.
func words(n *policy.Node) string {
	if n.Kind == policy.Unresolved {
		return "unknown"
	}
	var out []string
	for _, e := range each(n) {
		out = append(out, e.Text)
	}
	return strings.Join(out, " ")
}

func TestCloudFormationFunctionsAreResolvedOrSaidToBeUnknown(t *testing.T) {
	tests := map[string]string{
		`!Ref Stage`:                           "dev",
		`!Ref Names`:                           "a b",
		`!Ref Late`:                            "unknown",
		`!Ref Secret`:                          "unknown",
		`!Ref Gone`:                            "unknown",
		`!Sub "${Stage}-${AWS::Region}-${!x}"`: "dev-us-east-1-${x}",
		`!Sub ["${A}${B}", {A: 1, B: !Ref Stage}]`:         "1dev",
		`!Sub "${T.Arn}/index/i"`:                          Options{}.ARN("users") + "/index/i",
		`!GetAtt T.Arn`:                                    Options{}.ARN("users"),
		`{"Fn::GetAtt": [T, Arn]}`:                         Options{}.ARN("users"),
		`!GetAtt T.StreamArn`:                              "unknown",
		`!GetAtt Nameless.Arn`:                             Options{}.ARN("told"),
		`!GetAtt Function.Arn`:                             "unknown",
		`!Join ["-", [a, !Ref Stage, 1]]`:                  "a-dev-1",
		`!Select [1, [a, b]]`:                              "b",
		`!Select [0, !Split ["/", "x/y"]]`:                 "x",
		`!If [Dev, yes-it-is, no]`:                         "yes-it-is",
		`!If [NotDev, a, b]`:                               "b",
		`!If [Unsure, a, b]`:                               "unknown",
		`!If [Either, a, b]`:                               "a",
		`!FindInMap [M, !Ref Stage, k]`:                    "v",
		`!FindInMap [M, none, k]`:                          "unknown",
		`!FindInMap [M, none, k, {DefaultValue: d}]`:       "d",
		`!ImportValue x`:                                   "unknown",
		`!Transform {Name: x}`:                             "unknown",
		`["a", !Ref "AWS::NoValue", !Ref Stage]`:           "a dev",
		`!Sub "arn:${AWS::Partition}:x:${AWS::AccountId}"`: "arn:aws:x:" + OwnAccount,
	}
	for expression, want := range tests {
		source := `
Parameters:
  Stage: {Type: String, Default: dev}
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  Late: {Type: String}
  Secret: {Type: "AWS::SSM::Parameter::Value<String>", Default: /x}
Mappings: {M: {dev: {k: v}}}
Conditions:
  Dev: !Equals [!Ref Stage, dev]
  NotDev: !Not [Condition: Dev]
  Unsure: !And [Condition: Dev, !Equals [!Ref Late, x]]
  Either: !Or [Condition: Unsure, Condition: Dev]
Resources:
  T: {Type: "AWS::DynamoDB::Table", Properties: {TableName: users}}
  Nameless: {Type: "AWS::DynamoDB::Table"}
  Function: {Type: "AWS::Lambda::Function"}
  P:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: p
      Users: [u]
      PolicyDocument: {Statement: [{Resource: ` + expression + `}]}
`
		r := ReadFile("a.yaml", []byte(source), Options{Tables: map[string]string{"Nameless": "told"}})
		got := "nothing"
		for _, p := range r.Principals {
			got = words(p.Policies[0].Document.Get("Statement").Elements[0].Get("Resource"))
		}
		if got != want {
			t.Errorf("%s: %q, want %q\n%s", expression, got, want, dump(r))
		}
	}
}

func TestFilesOfAModuleAreFoundFromWhereverTheReadingStarts(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "infra/main.tf"), `
resource "aws_iam_user_policy" "a" {
  user   = "u"
  policy = file("${path.module}/p.json")
}
resource "aws_iam_user_policy" "b" {
  user   = "u"
  policy = file("p.json")
}
`)
	write(t, filepath.Join(dir, "infra/p.json"), `{"Version": "2012-10-17", "Statement": []}`)
	t.Chdir(dir)
	for _, start := range []string{".", "infra", "./infra", filepath.Join(dir, "infra"), "infra/main.tf"} {
		r := Read([]string{start}, Options{})
		if len(r.Principals) != 1 || len(r.Principals[0].Policies) != 2 || len(r.Principals[0].Policies[0].Unknown)+len(r.Principals[0].Policies[1].Unknown) != 0 {
			t.Errorf("%s: %s", start, dump(r))
		}
	}
}

func TestTheEmbeddedManagedPoliciesAreSound(t *testing.T) {
	about := managedPolicies().about
	if about.Source == "" || about.Version == "" || about.Licence == "" || about.Date == "" || len(about.Names) < 29 {
		t.Errorf("%+v", about)
	}
	for _, name := range about.Names {
		if _, problems := policy.FromNode(managedPolicies().documents[name]); len(problems) > 0 {
			t.Errorf("%s: %v", name, problems)
		}
	}
}
