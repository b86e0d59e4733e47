package template

import (
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/policy"
)

// actionsOf are the actions of all statements, by principal.
func actionsOf(r Result) map[string][]string {
	out := map[string][]string{}
	for _, p := range r.Principals {
		for _, held := range p.Policies {
			d, _ := policy.FromNode(held.Document)
			if d == nil {
				continue
			}
			for _, s := range d.Statements {
				out[p.ID] = append(out[p.ID], s.Action.Texts()...)
			}
		}
	}
	return out
}

func TestFilesInMemoryReferToOneAnother(t *testing.T) {
	beside := map[string]string{"infra/statements.yml": "- Effect: Allow\n  Action: dynamodb:Query\n  Resource: '*'\n"}
	r := ReadTexts([]Text{
		{"infra/serverless.yml", "service: s\nprovider:\n  name: aws\n  iamRoleStatements: ${file(statements.yml)}\n"},
		{"infra/app/main.tf", "module \"m\" {\n  source = \"../m\"\n  action = \"dynamodb:Scan\"\n}\n"},
		{"infra/m/main.tf", "variable \"action\" {}\nresource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = var.action, Resource = \"*\" }] })\n}\n"},
	}, func(path string) (string, bool) { text, ok := beside[path]; return text, ok }, Options{})
	got := actionsOf(r)
	var all []string
	for _, list := range got {
		all = append(all, list...)
	}
	slices.Sort(all)
	if !slices.Equal(all, []string{"dynamodb:Query", "dynamodb:Scan"}) || len(r.Notices) > 0 {
		t.Errorf("%v, %v", got, r.Notices)
	}
}

func TestWhatATemplateEngineFillsInIsUnknownAndTheRestStaysInItsPlace(t *testing.T) {
	const text = `{# a comment #}
Resources:
  P:
    Type: {{ 'Custom::P' if custom else 'AWS::IAM::ManagedPolicy' }}
    Properties:
      {% if custom %}
      Path: /custom/
      {% endif %}
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: dynamodb:Scan
            Resource: "arn:aws:dynamodb:eu-west-1:111122223333:table/{{ table }}"
`
	r := ReadFile("a.yml.j2", []byte(text), Options{})
	if len(r.Principals) != 1 || len(r.Notices) > 0 {
		t.Fatalf("%+v", r)
	}
	d, problems := policy.FromNode(r.Principals[0].Policies[0].Document)
	if d == nil {
		t.Fatal(problems)
	}
	action, resource := d.Statements[0].Action.List[0], d.Statements[0].Resource.List[0]
	if action.Text != "dynamodb:Scan" || text[action.Start.Offset:action.End.Offset] != action.Text {
		t.Errorf("the action: %+v", action)
	}
	if !resource.Unresolved || !strings.HasSuffix(resource.Text, "table/${table}") || resource.Start.Line != 13 {
		t.Errorf("the resource: %+v", resource)
	}
}

func TestATagWithoutRoomForAMarkLeavesTheTextAsItIs(t *testing.T) {
	u := &unknowns{}
	for _, text := range []string{"a: {{x}}", "a: {{ x\n}}", "a: '{{resolve:ssm:name}}'", "no tags"} {
		if got := u.templated(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
	for _, text := range []string{"a: {{ xyz }}", "{% if a %}\nb: 1\n{% endif %}\n", "{{ é }} {# ü\n #} {%- x -%}"} {
		if got := u.templated(text); len(got) != len(text) || got == text || strings.Count(got, "\n") != strings.Count(text, "\n") {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestStatementsThatToolsAddAreRead(t *testing.T) {
	r := ReadTexts([]Text{
		{"zappa_settings.json", `{"dev": {"extra_permissions": [{"Effect": "Allow", "Action": "dynamodb:Scan", "Resource": "*"}]}, "prod": {}}`},
		{"amplify/backend/function/notes/custom-policies.json", `[{"Action": ["dynamodb:Query"], "Resource": ["*"]}, {"Action": [""], "Resource": [""]}]`},
	}, nil, Options{})
	got := actionsOf(r)
	if !slices.Equal(got["dev"], []string{"dynamodb:Scan"}) || !slices.Equal(got["notes"], []string{"dynamodb:Query"}) || len(got) != 2 {
		t.Errorf("%v", got)
	}
}

func TestARoleThatZappaMakesHasItsDefaultPolicyUnlessAnotherIsNamed(t *testing.T) {
	r := ReadTexts([]Text{{"api/zappa_settings.json", `{
  "dev": {"app_function": "web.app"},
  "same": {"extends": "dev"},
  "more": {"extends": "dev", "extra_permissions": [{"Effect": "Allow", "Action": "dynamodb:Scan", "Resource": "*"}]},
  "named": {"app_function": "web.app", "attach_policy": "policy.json"},
  "own": {"extends": "dev", "manage_roles": false, "extra_permissions": [{"Effect": "Allow", "Action": "dynamodb:Scan", "Resource": "*"}]}
}`}}, nil, Options{})
	got := actionsOf(r)
	if !slices.Equal(got["dev"], []string{"dynamodb:*"}) || !slices.Equal(got["more"], []string{"dynamodb:Scan"}) || len(got) != 2 {
		t.Errorf("%v", got)
	}
	for _, p := range r.Principals {
		if p.Code != "api/web" {
			t.Errorf("%s runs %q", p.Name, p.Code)
		}
	}
}

func TestAFunctionsCodeIsKnown(t *testing.T) {
	r := ReadTexts([]Text{
		{"a/serverless.yml", "service: s\nprovider:\n  name: aws\nfunctions:\n  f:\n    handler: src/users.get\n    iamRoleStatements: [{Effect: Allow, Action: 'dynamodb:Scan', Resource: '*'}]\n"},
		{"b/template.yml", "Transform: AWS::Serverless-2016-10-31\nGlobals:\n  Function:\n    CodeUri: src/\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: app.users.get\n      Policies: [{DynamoDBReadPolicy: {TableName: x}}]\n"},
	}, nil, Options{})
	var got []string
	for _, p := range r.Principals {
		got = append(got, p.Code)
	}
	if !slices.Equal(got, []string{"a/src/users", "b/src/app/users"}) {
		t.Errorf("%v", got)
	}
}
