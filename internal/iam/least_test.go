package iam

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/parse"
)

var update = flag.Bool("update", false, "write the golden files")

func example(t testing.TB, name string) *contract.Contract {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("..", "..", "examples", name, "discreet.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return load(t, string(source))
}

func load(t testing.TB, source string) *contract.Contract {
	t.Helper()
	c, problems := parse.Contract("discreet.yaml", []byte(source))
	if c == nil {
		t.Fatalf("the contract is refused: %v", problems)
	}
	return c
}

func options(c *contract.Contract, mode Mode) Options {
	return Options{Contract: c, Mode: mode, For: Serve, Account: "111122223333", Region: "eu-west-1", VerifiedBy: "the gateway"}
}

func least(t testing.TB, o Options) Written {
	t.Helper()
	w, err := Least(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range w.Documents {
		if parsed, problems := d.Document.Parsed(); parsed == nil {
			t.Fatalf("%s: %v\n%s", d.Name, problems, d.Document.Compact())
		}
	}
	return w
}

// The policy that the design document found in trials, in its own words.
const ownProfile = `{"Version":"2012-10-17","Statement":[{
 "Sid":"UserProfilesOwnProfileRead","Effect":"Allow",
 "Action":["dynamodb:GetItem","dynamodb:Query"],
 "Resource":"arn:aws:dynamodb:eu-west-1:111122223333:table/UserProfiles",
 "Condition":{
  "ForAllValues:StringEquals":{
   "dynamodb:LeadingKeys":["${aws:PrincipalTag/user_id}"],
   "dynamodb:Attributes":["user_id","display_name","email","preferences"]},
  "StringEquals":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES"},
  "Null":{"dynamodb:LeadingKeys":"false","dynamodb:Attributes":"false"}}}]}`

func TestTheProfilesPolicyIsTheOneThatWasTried(t *testing.T) {
	w := least(t, options(example(t, "profiles"), Vended))
	var want, got any
	if err := json.Unmarshal([]byte(ownProfile), &want); err != nil {
		t.Fatal(err)
	}
	d := w.Documents[0].Document
	d.Statement = d.Statement[:1] // what follows is the write
	if err := json.Unmarshal(d.Compact(), &got); err != nil {
		t.Fatal(err)
	}
	if a, b := canonical(want), canonical(got); a != b {
		t.Errorf("got  %s\nwant %s", b, a)
	}
}

// canonical is JSON with lists sorted and single values as lists: what IAM reads.
func canonical(v any) string {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]json.RawMessage{}
		for k, x := range v {
			out[k] = json.RawMessage(canonical(x))
		}
		b, _ := json.Marshal(out)
		return string(b)
	case []any:
		var list []string
		for _, x := range v {
			list = add(list, canonical(x))
		}
		if len(list) == 1 {
			return list[0]
		}
		return "[" + strings.Join(list, ",") + "]"
	}
	b, _ := json.Marshal(v)
	return string(b)
}

func TestGoldenPolicies(t *testing.T) {
	reference := func(o *Options) { o.Account, o.Region = AccountReference, RegionReference }
	tests := []struct {
		file    string
		example string
		mode    Mode
		format  Format
		change  func(*Options)
	}{
		{"profiles.json", "profiles", ServiceRole, JSON, nil},
		{"profiles-vended.json", "profiles", Vended, JSON, nil},
		{"profiles-vended.tf", "profiles", Vended, Terraform, func(o *Options) { o.Broker = "arn:aws:iam::111122223333:role/app" }},
		{"profiles-vended.yaml", "profiles", Vended, CloudFormation, func(o *Options) {
			reference(o)
			o.Broker = "arn:aws:iam::111122223333:role/app"
		}},
		{"orders.json", "orders", ServiceRole, JSON, nil},
		{"orders.tf", "orders", ServiceRole, Terraform, func(o *Options) {
			o.SideDoors, o.Startup = true, true
			o.KMSKeys = []string{"arn:aws:kms:eu-west-1:111122223333:key/5f8b3c1e-0000-4000-8000-000000000000"}
		}},
		{"orders.yaml", "orders", ServiceRole, CloudFormation, func(o *Options) { o.Startup = true }},
		{"saas.json", "saas", ServiceRole, JSON, nil},
		{"saas-vended.tf", "saas", Vended, Terraform, nil},
		{"saas-vended.yaml", "saas", Vended, CloudFormation, reference},
		{"saas-guard.json", "saas", ServiceRole, JSON, func(o *Options) { o.For = Guard }},
		{"orders-resource.json", "orders", ServiceRole, JSON, func(o *Options) { o.Principal = "arn:aws:iam::111122223333:role/app" }},
	}
	for _, tt := range tests {
		o := options(example(t, tt.example), tt.mode)
		if tt.change != nil {
			tt.change(&o)
		}
		w := least(t, o)
		got, err := w.Write(tt.format)
		if err != nil {
			t.Fatalf("%s: %v", tt.file, err)
		}
		if tt.format == JSON {
			got = append(got, strings.Join(w.Notes, "\n")+"\n"...)
		}
		name := filepath.Join("testdata", tt.file)
		if *update {
			if err := os.WriteFile(name, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s differs (go test -update writes it):\n%s", tt.file, got)
		}
	}
}

func TestTerraformReadsWhatIAMShallRead(t *testing.T) {
	o := options(example(t, "profiles"), Vended)
	w := least(t, o)
	b, err := w.terraform()
	if err != nil {
		t.Fatal(err)
	}
	file, diags := hclsyntax.ParseConfig(b, "p.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%v\n%s", diags, b)
	}
	block := file.Body.(*hclsyntax.Body).Blocks[0]
	call := block.Body.Attributes["policy"].Expr.(*hclsyntax.FunctionCallExpr)
	v, diags := call.Args[0].Value(nil) // with nothing to put in: a template would fail
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	keys := v.GetAttr("Statement").Index(cty.NumberIntVal(0)).GetAttr("Condition").GetAttr("ForAllValues:StringEquals").GetAttr("dynamodb:LeadingKeys")
	if got := keys.AsString(); got != "${aws:PrincipalTag/user_id}" {
		t.Errorf("Terraform reads %q", got)
	}
}
