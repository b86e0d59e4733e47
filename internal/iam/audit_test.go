package iam

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
	"github.com/discreet-dev/discreet/internal/report"
	"github.com/discreet-dev/discreet/internal/template"
)

// subjectOf is one principal with these policies as files.
func subjectOf(t testing.TB, texts ...string) Subject {
	t.Helper()
	s := Subject{Name: "app", ARN: "arn:aws:iam::111122223333:role/app"}
	for i, text := range texts {
		name := fmt.Sprintf("p%d.json", i)
		read := template.ReadFile(name, []byte(text), template.Options{})
		found, notices := FromFiles(read, template.Options{}, func(string) []byte { return []byte(text) })
		if len(found) != 1 {
			t.Fatalf("%v %v\n%s", notices, read.Notices, text)
		}
		s.Policies = append(s.Policies, found[0].Policies...)
	}
	return s
}

func audit(t testing.TB, c *contract.Contract, mode Mode, s Subject) ([]Found, []finding.Notice) {
	t.Helper()
	found, notices, err := Audit([]Subject{s}, Auditing{Contract: c, Mode: mode, Account: "111122223333", Region: "eu-west-1"})
	if err != nil {
		t.Fatal(err)
	}
	return found, notices
}

func rulesOf(found []Found) []string {
	var out []string
	for _, f := range found {
		out = add(out, f.Rule)
	}
	return out
}

func told(found []Found) string {
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintf(&b, "\n  %s %s", f.Rule, f.Message)
	}
	return b.String()
}

func TestTheLeastPolicyIsClean(t *testing.T) {
	for name, c := range contracts(t) {
		for _, mode := range []Mode{ServiceRole, Vended} {
			w := least(t, options(c, mode))
			var texts []string
			for _, d := range w.Documents {
				texts = append(texts, string(d.Document.Compact()))
			}
			if found, notices := audit(t, c, mode, subjectOf(t, texts...)); len(found) > 0 || len(notices) > 0 {
				t.Errorf("%s, %s: %s %v", name, mode, told(found), notices)
			}
		}
	}
}

// mutations are every way to widen a policy by one step.
func mutations(t testing.TB, d Document) map[string]Document {
	out := map[string]Document{}
	change := func(name string, f func(*Document)) {
		var copied struct {
			Version   string
			Statement []struct {
				Sid, Effect      string
				Action, Resource json.RawMessage
				Condition        map[string]map[string]json.RawMessage
			}
		}
		if err := json.Unmarshal(d.Compact(), &copied); err != nil {
			t.Fatal(err)
		}
		clone := Document{Version: d.Version}
		list := func(raw json.RawMessage) (w words) {
			var one string
			if json.Unmarshal(raw, &one) == nil {
				return words{one}
			}
			if err := json.Unmarshal(raw, &w); err != nil {
				t.Fatal(err)
			}
			return w
		}
		for _, s := range copied.Statement {
			one := Statement{Sid: s.Sid, Effect: policy.Effect(s.Effect), Action: list(s.Action), Resource: list(s.Resource), Condition: map[string]keyWords{}}
			for op, keys := range s.Condition {
				one.Condition[op] = keyWords{}
				for k, v := range keys {
					one.Condition[op][k] = list(v)
				}
			}
			clone.Statement = append(clone.Statement, one)
		}
		f(&clone)
		out[name] = clone
	}
	for i, s := range d.Statement {
		for op, keys := range s.Condition {
			for key := range keys {
				at := fmt.Sprintf("%s: %s %s", s.Sid, op, key)
				change(at+" dropped", func(d *Document) {
					c := d.Statement[i].Condition
					if delete(c[op], key); len(c[op]) == 0 {
						delete(c, op)
					}
				})
				if op == "Null" {
					continue
				}
				change(at+" widened", func(d *Document) {
					more := map[string]string{keyAttributes: "hidden", keyLeading: "another", keySelect: "ALL_ATTRIBUTES", keyReturn: "ALL_OLD"}[key]
					if more == "" {
						more = "*"
					}
					d.Statement[i].Condition[op][key] = append(d.Statement[i].Condition[op][key], more)
				})
				if strings.HasPrefix(op, "ForAllValues:StringEquals") && key == keyLeading {
					change(at+" as ForAnyValue", func(d *Document) {
						c := d.Statement[i].Condition
						c["ForAnyValue:StringEquals"] = keyWords{key: c[op][key]}
						delete(c[op], key)
					})
				}
				if op == "StringEquals" && key == keySelect {
					change(at+" IfExists", func(d *Document) {
						c := d.Statement[i].Condition
						c["StringEqualsIfExists"], c["StringEquals"] = c["StringEquals"], nil
						delete(c, "StringEquals")
					})
				}
			}
		}
		for _, action := range []string{"dynamodb:*", "dynamodb:Scan", "dynamodb:BatchWriteItem", "dynamodb:PartiQLSelect", "dynamodb:GetRecords", "dynamodb:NoSuchAction"} {
			if action == "dynamodb:Scan" && slices.Contains(s.Action, action) {
				continue
			}
			change(s.Sid+": "+action+" added", func(d *Document) {
				// Without conditions: they would not let most of these through.
				d.Statement[i].Action = append(d.Statement[i].Action, action)
				d.Statement[i].Condition = nil
			})
		}
		for _, resource := range []string{"*", s.Resource[0] + "*", "arn:aws:dynamodb:eu-west-1:111122223333:table/*"} {
			change(s.Sid+": "+resource+" added", func(d *Document) { d.Statement[i].Resource = append(d.Statement[i].Resource, resource) })
		}
	}
	return out
}

func TestEveryWideningIsFound(t *testing.T) {
	for name, modes := range map[string][]Mode{"profiles": {ServiceRole, Vended}, "saas": {Vended}} {
		c := example(t, name)
		for _, mode := range modes {
			w := least(t, options(c, mode))
			var rest []string
			for _, d := range w.Documents[1:] {
				rest = append(rest, string(d.Document.Compact()))
			}
			for what, d := range mutations(t, w.Documents[0].Document) {
				if name == "saas" && !strings.HasPrefix(what, "AppProjectsAdminRead: String") && !strings.HasPrefix(what, "AppMyTasksRead: ForAll") {
					continue // the others are of the same forms
				}
				found, _ := audit(t, c, mode, subjectOf(t, append(rest, string(d.Compact()))...))
				if !slices.ContainsFunc(found, func(f Found) bool { return f.Rule != ruleDenied }) {
					t.Errorf("%s, %s: %s is not found", name, mode, what)
				}
			}
		}
	}
}

const profilesARN = `"arn:aws:dynamodb:eu-west-1:111122223333:table/UserProfiles"`

func TestOverPrivileges(t *testing.T) {
	allow := func(rest string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` + rest + `},{"Sid":"Other","Effect":"Allow","Action":"logs:PutLogEvents","Resource":"*"}]}`
	}
	tests := []struct {
		name, policy string
		without      []string // a contract
		with         []string
	}{
		{"a scan", allow(`"Action":"dynamodb:Scan","Resource":` + profilesARN), []string{ruleScan}, []string{ruleScan}},
		{
			"a scan behind a vacuous condition", allow(`"Action":"dynamodb:*","Resource":` + profilesARN + `,"Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"${aws:PrincipalTag/id}"}}`),
			[]string{ruleScan, ruleWildAction, ruleVacuous, rulePartiQL, ruleSideDoor, rulePolicyControl},
			[]string{ruleScan, ruleWildAction, ruleAttributes},
		},
		{"a scan from one network", allow(`"Action":"dynamodb:Scan","Resource":` + profilesARN + `,"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"Bool":{"aws:SecureTransport":"true"}}`), []string{ruleScan}, []string{ruleScan}},
		{"all tables", allow(`"Action":["dynamodb:GetItem"],"Resource":"*"`), []string{ruleResource}, []string{ruleResource, ruleSelect}},
		{"a prefix of tables", allow(`"Action":["dynamodb:GetItem"],"Resource":"arn:aws:dynamodb:eu-west-1:111122223333:table/UserProfiles*"`), []string{ruleResource}, []string{ruleResource, ruleSelect}},
		{"all indexes", allow(`"Action":["dynamodb:Query"],"Resource":"arn:aws:dynamodb:eu-west-1:111122223333:table/UserProfiles/index/*"`), nil, []string{ruleIndex}},
		{"PartiQL", allow(`"Action":["dynamodb:PartiQLSelect"],"Resource":` + profilesARN), []string{rulePartiQL}, []string{rulePartiQL}},
		{"whole items", allow(`"Action":["dynamodb:GetItem"],"Resource":` + profilesARN), nil, []string{ruleSelect, ruleAttributes}},
		{"attributes without Select", allow(`"Action":["dynamodb:GetItem"],"Resource":` + profilesARN + `,"Condition":{"ForAllValues:StringEquals":{"dynamodb:Attributes":["user_id"]}}`), []string{ruleSelect, ruleVacuous}, []string{ruleSelect}},
		{"Select if it exists", allow(`"Action":["dynamodb:GetItem"],"Resource":` + profilesARN + `,"Condition":{"ForAllValues:StringEquals":{"dynamodb:Attributes":["user_id"]},"StringEqualsIfExists":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES"},"Null":{"dynamodb:Attributes":"false"}}`), []string{ruleVacuous}, []string{ruleSelect}},
		{"one of a batch", allow(`"Action":["dynamodb:BatchGetItem"],"Resource":` + profilesARN + `,"Condition":{"ForAnyValue:StringEquals":{"dynamodb:LeadingKeys":"${aws:PrincipalTag/id}"}}`), []string{ruleOperator}, []string{ruleOperator, ruleRead}},
		{"like anything", allow(`"Action":["dynamodb:GetItem"],"Resource":` + profilesARN + `,"Condition":{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":"*"}}`), []string{ruleOperator}, []string{ruleOperator}},
		{"all but one attribute", allow(`"Action":["dynamodb:GetItem"],"Resource":` + profilesARN + `,"Condition":{"ForAllValues:StringNotEquals":{"dynamodb:Attributes":["ssn"]}}`), []string{ruleOperator}, []string{ruleOperator, ruleAttributes}},
		{"a put beside a limit", allow(`"Action":["dynamodb:UpdateItem","dynamodb:PutItem"],"Resource":` + profilesARN + `,"Condition":{"ForAllValues:StringEquals":{"dynamodb:Attributes":["user_id","display_name","preferences"]}}`), []string{ruleWholeWrite, ruleReturn}, []string{ruleWholeWrite, ruleReturn}},
		{"streams", allow(`"Action":["dynamodb:GetRecords","dynamodb:GetShardIterator"],"Resource":"arn:aws:dynamodb:eu-west-1:111122223333:table/UserProfiles/stream/*"`), []string{ruleSideDoor}, []string{ruleSideDoor}},
		{"an export", allow(`"Action":"dynamodb:ExportTableToPointInTime","Resource":` + profilesARN), []string{ruleSideDoor}, []string{ruleSideDoor}},
		{"the table's policy", allow(`"Action":"dynamodb:PutResourcePolicy","Resource":` + profilesARN), []string{rulePolicyControl}, []string{rulePolicyControl}},
		{"tags", allow(`"Action":"dynamodb:TagResource","Resource":` + profilesARN), []string{rulePolicyControl}, []string{rulePolicyControl}},
		{"everything but", allow(`"NotAction":"iam:*","Resource":"*"`), []string{ruleNot, ruleScan}, []string{ruleNot, ruleScan}},
		{"everywhere but", allow(`"Action":"dynamodb:GetItem","NotResource":"arn:aws:dynamodb:eu-west-1:111122223333:table/Secrets"`), []string{ruleNot}, []string{ruleNot, ruleResource}},
		{"an action of the future", allow(`"Action":["dynamodb:ReadMinds"],"Resource":` + profilesARN), []string{ruleUnknownAction}, []string{ruleUnknownAction}},
		{"DAX", allow(`"Action":["dax:GetItem"],"Resource":"arn:aws:dax:eu-west-1:111122223333:cache/c"`), []string{ruleDAX}, []string{ruleDAX}},
		{"any role", allow(`"Action":["sts:AssumeRole"],"Resource":"*"`), []string{ruleChain}, []string{ruleChain}},
		{"passing any role", allow(`"Action":["iam:PassRole"],"Resource":"arn:aws:iam::111122223333:role/*"`), []string{ruleChain}, []string{ruleChain}},
		{"the old version", `{"Statement":[{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":` + profilesARN + `,"Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"${aws:PrincipalTag/id}"}}}]}`, []string{ruleVersion}, []string{ruleVersion}},
		{"administration", allow(`"Action":"dynamodb:DeleteTable","Resource":` + profilesARN), nil, []string{ruleAdministration}},
		{"nothing of DynamoDB", allow(`"Action":"s3:GetObject","Resource":"*"`), nil, nil},
		{"a deny that holds", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:Scan","Resource":"*"},{"Effect":"Deny","Action":"dynamodb:*","Resource":"*"}]}`, nil, nil},
		{"a deny that need not hold", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:Scan","Resource":` + profilesARN + `},{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}]}`, []string{ruleScan}, []string{ruleScan}},
		{"everybody", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"dynamodb:GetItem","Resource":` + profilesARN + `}]}`, []string{rulePrincipal}, []string{rulePrincipal}},
		{"another account", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999988887777:root"},"Action":"dynamodb:GetItem","Resource":` + profilesARN + `}]}`, []string{rulePrincipal}, []string{rulePrincipal}},
		{"all but one", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/x"},"Action":"dynamodb:GetItem","Resource":` + profilesARN + `}]}`, []string{ruleNot}, []string{ruleNot}},
		{"free session tags", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/broker"},"Action":["sts:AssumeRole","sts:TagSession"]}]}`, []string{ruleTags}, []string{ruleTags}},
	}
	c := example(t, "profiles")
	for _, tt := range tests {
		for _, with := range []bool{false, true} {
			want, of := tt.without, (*contract.Contract)(nil)
			if with {
				want, of = tt.with, c
			}
			found, _ := audit(t, of, "", subjectOf(t, tt.policy))
			have := rulesOf(found)
			for _, rule := range want {
				if !slices.Contains(have, rule) {
					t.Errorf("%s (contract: %v): no %s in %v%s", tt.name, with, rule, have, told(found))
				}
			}
			if want == nil && len(have) > 0 {
				t.Errorf("%s (contract: %v): %v%s", tt.name, with, have, told(found))
			}
			for _, f := range found {
				mended(t, tt.name, tt.policy, f)
			}
		}
	}
}

// mended replays a finding's witness on the mended text.
func mended(t *testing.T, name, text string, f Found) {
	t.Helper()
	if f.CWEs == nil || f.Mend.Text == "" || f.Start.Line == 0 || f.Severity > finding.Critical {
		t.Errorf("%s: %s lacks its CWE, mend or place: %+v", name, f.Rule, f.Finding)
	}
	if f.Witness == nil || len(f.Mend.Edits) == 0 {
		return
	}
	after, err := report.Apply(text, f.Mend.Edits)
	if err != nil {
		t.Errorf("%s: %s: %v", name, f.Rule, err)
		return
	}
	d, problems := policy.Parse("after", []byte(after))
	if d == nil {
		t.Errorf("%s: %s: %v\n%s", name, f.Rule, problems, after)
		return
	}
	if v := policy.Evaluate([]policy.Policy{{Document: d}}, *f.Witness); v.Decision != policy.ImplicitDeny && v.Decision != policy.ExplicitDeny {
		t.Errorf("%s: %s: after the mend the witness is %s\n%s", name, f.Rule, v.Decision, after)
	}
}

func TestAPinnedTrustPolicyIsClean(t *testing.T) {
	o := options(example(t, "profiles"), Vended)
	o.Broker = "arn:aws:iam::111122223333:role/broker"
	for _, d := range least(t, o).Documents {
		if d.Purpose != "trust" {
			continue
		}
		if found, _ := audit(t, nil, "", subjectOf(t, string(d.Document.Compact()))); len(found) > 0 {
			t.Error(told(found))
		}
		parsed, _ := d.Document.Parsed()
		ask := func(tags map[string]string, action string) policy.Decision {
			r := policy.Request{Action: action, Resource: "arn:aws:iam::111122223333:role/session", Caller: policy.Caller{ARN: o.Broker}, Context: policy.Context{}}
			for k, v := range tags {
				r.Context["aws:RequestTag/"+k] = []string{v}
				r.Context["aws:TagKeys"] = append(r.Context["aws:TagKeys"], k)
			}
			return policy.Evaluate([]policy.Policy{{Kind: policy.ResourceBased, Document: parsed}}, r).Decision
		}
		for _, action := range []string{"sts:AssumeRole", "sts:TagSession"} {
			if got := ask(map[string]string{"user_id": "u"}, action); got != policy.Allowed {
				t.Errorf("%s with the tag: %s", action, got)
			}
			for name, tags := range map[string]map[string]string{"no tag": {}, "an empty one": {"user_id": ""}, "another beside": {"user_id": "u", "roles": ":admin:"}} {
				if got := ask(tags, action); got == policy.Allowed {
					t.Errorf("%s with %s: %s", action, name, got)
				}
			}
		}
	}
}

func TestWhatIsNotResolvedIsListed(t *testing.T) {
	open := policy.Node{Kind: policy.Unresolved, Text: "var.actions"}
	str := func(s string) policy.Node { return policy.Node{Kind: policy.String, Text: s} }
	n := policy.Node{Kind: policy.Object, Members: []policy.Member{
		{Name: "Version", Value: str(policy.Version2012)},
		{Name: "Statement", Value: policy.Node{Kind: policy.Object, Members: []policy.Member{
			{Name: "Effect", Value: str("Allow")}, {Name: "Action", Value: open}, {Name: "Resource", Value: str("*")},
		}}},
	}}
	d, problems := policy.FromNode(n)
	if d == nil {
		t.Fatal(problems)
	}
	found, notices := audit(t, example(t, "profiles"), "", Subject{Name: "app", Policies: []Attached{{Name: "p", Document: d}}})
	if len(found) > 0 || len(notices) < 2 || !strings.Contains(notices[0].Text, "var.actions") {
		t.Errorf("%s %v", told(found), notices)
	}
}

func TestWhatTheContractNeedsAndThePolicyDeniesIsSaid(t *testing.T) {
	c := example(t, "profiles")
	d := least(t, options(c, ServiceRole)).Documents[0].Document
	d.Statement = d.Statement[:1]
	found, _ := audit(t, c, ServiceRole, subjectOf(t, string(d.Compact())))
	if len(found) != 1 || found[0].Rule != ruleDenied || !strings.Contains(found[0].Message, "UpdateItem") {
		t.Error(told(found))
	}
}

func TestAnAWSManagedPolicyIsFoundWhereItIsAttached(t *testing.T) {
	read := template.ReadFile("template.yaml", []byte(`AWSTemplateFormatVersion: "2010-09-09"
Resources:
  App:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: "sts:AssumeRole" }] }
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"]
`), template.Options{})
	subjects, notices := FromFiles(read, template.Options{}, func(string) []byte { return nil })
	if len(subjects) != 1 || len(notices) > 0 {
		t.Fatalf("%+v %v %v", subjects, notices, read.Notices)
	}
	found, _ := audit(t, nil, "", subjects[0])
	if have := rulesOf(found); !slices.Contains(have, ruleManaged) || !slices.Contains(have, ruleScan) {
		t.Errorf("%v%s", have, told(found))
	}
}
