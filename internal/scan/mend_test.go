package scan

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/docs/rules"
	"github.com/discreet-dev/discreet/internal/parse"
)

// TestTheContractOfEveryMendIsOne puts a head before each contract that a mend
// shows, and loads it.
func TestTheContractOfEveryMendIsOne(t *testing.T) {
	roots, err := filepath.Glob("testdata/patterns/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range Rules() {
		if text, err := rules.Pages.ReadFile(r.ID + ".md"); err == nil {
			roots = append(roots, inFolder(t, example(string(text), "Bad")))
		}
	}
	loaded := map[string]int{}
	for _, root := range roots {
		res, err := Scan(t.Context(), Config{Root: root})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range res.Findings {
			if f.Mend.Contract == "" {
				continue
			}
			whole := "contract: 1\n" + f.Mend.Contract
			if !strings.Contains(whole, "\nidentity:\n") {
				whole += "identity:\n  - jwt: { issuer: \"https://issuer.example\", audience: api }\n"
			}
			if !strings.Contains(whole, "\ntables:\n") {
				whole += "tables:\n  t: { partition_key: id, attributes: { id: S ordinary } }\n"
			}
			if _, problems := parse.Contract("discreet.yaml", []byte(whole)); problems.HasErrors() {
				t.Errorf("%s:%d: %s: %v\n%s", f.Path, f.Start.Line, f.Rule, problems.Text(), whole)
			}
			loaded[f.Rule]++
		}
	}
	for _, rule := range []string{"unscoped-key", "unscoped-scan", "client-asserted-identity", "identity-override", "raw-item", "raw-response", "deny-list", "sensitive-attribute", "missing-projection", "key-in-token", "credential-in-clear"} {
		if loaded[rule] == 0 {
			t.Errorf("no contract of %s was loaded", rule)
		}
	}
}

func TestASecretThatIsCalledIsNoFault(t *testing.T) {
	res, err := Scan(t.Context(), Config{Root: plant(t, map[string]string{"app.py": "KEY = \"AKIA" + "Q3EGRZ7DOEKWM5PA\"()\n"})})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Findings) != 1 || len(res.Notices) != 0 {
		t.Errorf("%d findings, notices %+v", len(res.Findings), res.Notices)
	}
}
