package iam

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
	"github.com/discreet-dev/discreet/internal/report"
	"github.com/discreet-dev/discreet/internal/template"
)

// auditFile audits the policies of one template in memory.
func auditFile(t testing.TB, c *contract.Contract, mode Mode, name, text string) ([]Found, []finding.Notice) {
	t.Helper()
	o := template.Options{Account: "111122223333", Region: "eu-west-1"}
	subjects, notices := FromFiles(template.ReadFile(name, []byte(text), o), o, func(string) []byte { return []byte(text) })
	if len(subjects) == 0 {
		t.Fatalf("%s: no policy in it: %v", name, notices)
	}
	found, more, err := Audit(subjects, Auditing{Contract: c, Mode: mode, Account: o.Account, Region: o.Region})
	if err != nil {
		t.Fatal(err)
	}
	return found, append(notices, more...)
}

func TestMendsInTemplatesAreEdits(t *testing.T) {
	c := example(t, "profiles")
	files, err := filepath.Glob("testdata/mend/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".golden") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for _, of := range []*contract.Contract{nil, c} {
			heading := "# without a contract\n"
			if of != nil {
				heading = "# with a contract\n"
			}
			got.WriteString(heading)
			found, _ := auditFile(t, of, "", filepath.Base(file), string(source))
			var done []string
			for _, f := range found {
				var diff strings.Builder
				if err := report.Diff(&diff, f.Path, string(source), f.Mend.Edits); err != nil {
					t.Fatal(err)
				}
				if !slices.Contains(done, diff.String()) {
					got.WriteString(diff.String())
					done = append(done, diff.String())
				}
				replayed(t, string(source), f)
			}
		}
		golden := file + ".golden"
		if *update {
			if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(golden); err != nil || string(want) != got.String() {
			t.Errorf("%s: %v\n%s", file, err, got.String())
		}
	}
}

// replayed asks the mended file about the witness.
func replayed(t *testing.T, text string, f Found) {
	t.Helper()
	if len(f.Mend.Edits) == 0 {
		return
	}
	after, err := report.Apply(text, f.Mend.Edits)
	if err != nil {
		t.Fatal(err)
	}
	read := template.ReadFile(f.Path, []byte(after), template.Options{Account: "111122223333", Region: "eu-west-1"})
	for _, p := range read.Principals {
		var all []policy.Policy
		for _, held := range p.Policies {
			if d, _ := policy.FromNode(held.Document); d != nil && held.Kind != template.Trust {
				all = append(all, policy.Policy{Document: d})
			}
		}
		if v := policy.Evaluate(all, *f.Witness); v.Decision != policy.ImplicitDeny {
			t.Errorf("%s: %s: after the mend the witness is %s\n%s", f.Path, f.Rule, v.Decision, after)
		}
	}
}

func TestAMendIsAnEditOnlyOfLiterals(t *testing.T) {
	const arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/UserProfiles"
	encoded := func(before, action string) string {
		return before + "\nresource \"aws_iam_role_policy\" \"app\" {\n  name = \"app\"\n  role = \"app\"\n  policy = jsonencode({ Version = \"2012-10-17\", Statement = [\n    { Effect = \"Allow\", Action = " + action + ", Resource = \"" + arn + "\" } ] })\n}\n"
	}
	stack := func(statements string) string {
		return "Resources:\n  App:\n    Type: AWS::IAM::Policy\n    Properties:\n      PolicyName: app\n      Roles: [app]\n      PolicyDocument:\n        Version: \"2012-10-17\"\n        Statement:\n" + statements
	}
	both := `["dynamodb:Query", "dynamodb:Scan"]`
	tests := []struct {
		name, file, text string
		edited           bool
	}{
		{"a literal", "main.tf", encoded("", both), true},
		{"a list over lines", "main.tf", encoded("", "[\n\"dynamodb:Query\",\n\"dynamodb:Scan\",\n]"), true},
		{"a local", "main.tf", encoded("locals {\n  Action = "+both+"\n}", "local.Action"), false},
		{"a variable", "main.tf", encoded("variable \"Action\" {\n  default = "+both+"\n}", "var.Action"), false},
		{"a function", "main.tf", encoded("", "concat("+both+", [])"), false},
		{"a condition", "main.tf", encoded("", "true ? "+both+" : []"), false},
		{"one of a condition", "main.tf", encoded("", "false ? [] : "+both), false},
		{"a loop", "main.tf", encoded("", "[for a in "+both+" : a]"), false},
		{"a template", "main.tf", encoded("", `["dynamodb:Query", "dynamodb:${"Scan"}"]`), false},
		{"an element of a local", "main.tf", encoded("locals {\n  a = \"dynamodb:Scan\"\n}", `["dynamodb:Query", local.a]`), false},
		{"a comment between", "main.tf", encoded("", "[\n\"dynamodb:Query\", # why\n\"dynamodb:Scan\"]"), false},
		{"the same for several roles", "main.tf", strings.Replace(encoded("", both), "name =", "for_each = toset([\"a\", \"b\"])\n  name =", 1), false},
		{"a statement that another role's policy takes over", "main.tf", `
data "aws_iam_policy_document" "a" {
  statement {
    actions   = ` + both + `
    resources = ["` + arn + `"]
  }
}
data "aws_iam_policy_document" "b" {
  source_policy_documents = [data.aws_iam_policy_document.a.json]
}
resource "aws_iam_role_policy" "a" {
  role   = "a"
  policy = data.aws_iam_policy_document.a.json
}
resource "aws_iam_role_policy" "b" {
  role   = "b"
  policy = data.aws_iam_policy_document.b.json
}
`, false},
		{"quoted YAML", "t.yaml", stack("          - Effect: Allow\n            Action: ['dynamodb:Query', 'dynamodb:Scan']\n            Resource: " + arn + "\n"), true},
		{"YAML in braces", "t.yaml", stack("          - { Effect: Allow, Action: ['dynamodb:Query', 'dynamodb:Scan'], Resource: '" + arn + "' }\n"), true},
		{"dashes at the name's column", "t.yaml", stack("          - Action:\n            - dynamodb:Query\n            - dynamodb:Scan\n            Effect: Allow\n            Resource: " + arn + "\n"), true},
		{"an alias", "t.yaml", stack("          - Effect: Allow\n            Action: &a [dynamodb:Query, dynamodb:Scan]\n            Resource: " + arn + "\n"), false},
		{"a function of CloudFormation", "t.yaml", stack("          - Effect: Allow\n            Action: [dynamodb:Query, !Sub \"dynamodb:Scan\"]\n            Resource: " + arn + "\n"), false},
		{"a long line after CRLF", "t.yaml", strings.ReplaceAll(stack("          - Effect: Allow\n            Action: [dynamodb:Query, dynamodb:Scan]\n            Resource: "+arn+"\n"), "\n", "\r\n"), true},
	}
	for _, tt := range tests {
		for _, c := range []*contract.Contract{nil, example(t, "profiles")} {
			found, _ := auditFile(t, c, "", tt.file, tt.text)
			i := slices.IndexFunc(found, func(f Found) bool { return f.Rule == ruleScan })
			if i < 0 {
				t.Errorf("%s: the Scan is not found%s", tt.name, told(found))
				continue
			}
			if f := found[i]; len(f.Mend.Edits) > 0 != tt.edited || f.Mend.Text == "" {
				t.Errorf("%s (contract: %v): %+v", tt.name, c != nil, f.Mend)
			}
			for _, f := range found {
				replayed(t, tt.text, f)
			}
		}
	}
}

func TestAMendKeepsWhatTheContractNeeds(t *testing.T) {
	c := example(t, "profiles")
	for _, name := range []string{"jsonencode.tf", "document.tf", "cloudformation.yaml", "sam.yaml", "serverless.yml"} {
		source, err := os.ReadFile(filepath.Join("testdata/mend", name))
		if err != nil {
			t.Fatal(err)
		}
		missing := func(text string) string {
			found, _ := auditFile(t, c, "", name, text)
			i := slices.IndexFunc(found, func(f Found) bool { return f.Rule == ruleDenied })
			if i < 0 {
				return ""
			}
			return found[i].Message
		}
		before := missing(string(source))
		found, _ := auditFile(t, c, "", name, string(source))
		for _, f := range found {
			after, err := report.Apply(string(source), f.Mend.Edits)
			if err != nil {
				t.Fatal(err)
			}
			if got := missing(after); got != before {
				t.Errorf("%s: %s: %q, before %q", name, f.Rule, got, before)
			}
		}
	}
}

func TestASessionsVariableIsEscapedAsTheFormatWants(t *testing.T) {
	for file, want := range map[string]string{
		"jsonencode.tf": `"$${aws:PrincipalTag/user_id}"`, "document.tf": `"$${aws:PrincipalTag/user_id}"`, "heredoc.tf": `"$${aws:PrincipalTag/user_id}"`,
		"cloudformation.yaml": `"${aws:PrincipalTag/user_id}"`, "sam.yaml": `"${aws:PrincipalTag/user_id}"`, "serverless.yml": "",
	} {
		source, err := os.ReadFile(filepath.Join("testdata/mend", file))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer("dynamodb:GetItem", "dynamodb:UpdateItem", `"dynamodb:Query", `, "", "      \"dynamodb:Query\",\n", "", "- dynamodb:Query\n", "- dynamodb:UpdateItem\n", "[dynamodb:Query", "[dynamodb:UpdateItem", "dynamodb:*", "dynamodb:UpdateItem").Replace(string(source))
		found, _ := auditFile(t, example(t, "profiles"), Vended, file, text)
		var written []string
		for _, f := range found {
			replayed(t, text, f)
			for _, e := range f.Mend.Edits {
				written = append(written, e.New)
			}
		}
		got := strings.Join(written, "\n")
		if want != "" && !strings.Contains(got, want) || want == "" && strings.Contains(got, "${") {
			t.Errorf("%s: %s%s", file, got, told(found))
		}
	}
}
