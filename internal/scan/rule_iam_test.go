package scan

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/report"
)

const notesApp = `import boto3

table = boto3.resource("dynamodb").Table("Notes")


def handler(event, context):
    table.get_item(Key={"id": "health"}, ProjectionExpression="id")
    table.put_item(Item={"id": "health"})
    return {"statusCode": 204}
`

// policies scans a policy beside code that gets and puts, and gives back what is
// said of the policy.
func policies(t *testing.T, name, text string) ([]finding.Finding, []finding.Notice) {
	t.Helper()
	root := t.TempDir()
	for file, text := range map[string]string{"app.py": notesApp, name: text} {
		full := filepath.Join(root, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	res, err := Scan(t.Context(), Config{Root: root})
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(res.Findings, func(f finding.Finding) bool { return !strings.HasPrefix(f.Rule, "iam-") }), res.Notices
}

func TestAMendLeavesTheActionsThatAreCalled(t *testing.T) {
	const arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/Notes"
	for name, tt := range map[string]struct{ before, after string }{
		"policy.json": {
			`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["dynamodb:*", "logs:PutLogEvents"], "Resource": "` + arn + `"}]}`,
			`["logs:PutLogEvents", "dynamodb:GetItem", "dynamodb:PutItem"]`,
		},
		"serverless.yml": {
			"service: s\nprovider:\n  name: aws\n  iamRoleStatements:\n    - Effect: Allow\n      Action:\n        - dynamodb:GetItem\n        - dynamodb:DeleteItem\n      Resource: " + arn + "\n",
			"      Action:\n        - dynamodb:GetItem\n      Resource:",
		},
		"template.yml": {
			"Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: \"2012-10-17\"\n        Statement:\n          - Effect: Allow\n            Action: [\"dynamodb:Get*\"]\n            Resource: " + arn + "\n",
			`Action: ["dynamodb:GetItem"]`,
		},
		"main.tf": {
			"data \"aws_iam_policy_document\" \"p\" {\n  statement {\n    actions   = [\"dynamodb:PutItem\", \"dynamodb:Scan\"]\n    resources = [\"" + arn + "\"]\n  }\n}\nresource \"aws_iam_policy\" \"p\" {\n  policy = data.aws_iam_policy_document.p.json\n}\n",
			`actions   = ["dynamodb:PutItem"]`,
		},
		".chalice/policy-dev.json": {
			`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "` + arn + `*"}]}`,
			`"Resource": ["` + arn + `", "` + arn + `/index/*"]`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			found, _ := policies(t, name, tt.before)
			if len(found) != 1 || len(found[0].Mend.Edits) == 0 {
				t.Fatalf("want one finding with an edit, have %+v", found)
			}
			after, err := report.Apply(tt.before, found[0].Mend.Edits)
			if err != nil || !strings.Contains(after, tt.after) {
				t.Fatalf("%v:\n%s", err, after)
			}
			if again, _ := policies(t, name, after); len(again) > 0 {
				t.Errorf("mended, there still is %+v", again)
			}
		})
	}
}

func TestNothingIsUnusedWhereItIsNotKnownWhatIsCalled(t *testing.T) {
	const policy = `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:DeleteItem"], "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/Notes"}}`
	head := "import boto3\n\ntable = boto3.resource(\"dynamodb\").Table(\"Notes\")\n\n\ndef handler(event, context):\n"
	for name, body := range map[string]string{
		"a method that is named at run time": head + "    table.get_item(Key={\"id\": \"1\"})\n    getattr(table, event[\"do\"])(Key={\"id\": \"1\"})\n",
		"no call at all":                     head + "    pass\n",
		"a library that calls by itself":     head + "    table.get_item(Key={\"id\": \"1\"})\n    DynamoDBPersistenceLayer(table_name=\"Notes\")\n",
		"a statement of PartiQL":             head + "    table.meta.client.execute_statement(Statement=event[\"sql\"])\n    table.get_item(Key={\"id\": \"1\"})\n    table.delete_item(Key={\"id\": \"1\"})\n",
		"a call that nothing has followed":   head + "    table.get_item(Key={\"id\": \"1\"})\n\n\nclass Store:\n    def forget(self, key):\n        self.anything.delete_item(Key=key)\n",
		"an operation of a transaction":      head + "    table.get_item(Key={\"id\": \"1\"})\n    table.meta.client.transact_write_items(TransactItems=[{\"Delete\": {\"TableName\": \"Notes\", \"Key\": {}}}])\n",
	} {
		t.Run(name, func(t *testing.T) {
			if got := found(t, map[string]string{"app.py": body, "policy.json": policy}, nil); slices.Contains(got, "iam-unused-actions") {
				t.Error("claimed unused")
			}
		})
	}
}

func TestAFileThatNoReaderTakesIsJudgedByItsLinesAndNamed(t *testing.T) {
	const text = "Resources:\n  Policy:\n    Statement:\n      - Effect: Allow\n        Action:\n          - dynamodb:*\n        Resource: \"*\"\n\t<% broken %>: [\n"
	found, notices := policies(t, "template.yml", text)
	if len(found) != 2 || found[0].Rule != "iam-broad-actions" || found[0].Start.Line != 6 || found[1].Start.Line != 7 {
		t.Errorf("%+v", found)
	}
	if len(notices) != 1 || notices[0].Path != "template.yml" || !strings.Contains(notices[0].Text, "by their lines alone") {
		t.Errorf("%+v", notices)
	}
	if _, notices := policies(t, "other.yml", strings.ReplaceAll(text, "dynamodb:*", "sqs:*")); len(notices) > 0 {
		t.Errorf("a file without grants: %+v", notices)
	}
}

func TestTheWorstGrantIsTheWorstFinding(t *testing.T) {
	for action, want := range map[string]finding.Severity{
		"dynamodb:*": finding.High, "*": finding.High, "dynamodb:Delete*": finding.High, "dynamodb:DeleteTable": finding.High,
		"dynamodb:UpdateTable": finding.Medium, "dynamodb:Scan": finding.Medium, "dynamodb:Batch*": finding.Medium, "dynamodb:DeleteItem": finding.Low,
	} {
		found, _ := policies(t, "policy.json", `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "`+action+`", "Resource": ["arn:aws:dynamodb:eu-west-1:111122223333:table/Notes"]}}`)
		if len(found) != 1 || found[0].Severity != want {
			t.Errorf("%s: want one finding, %v; have %+v", action, want, found)
		}
	}
}
