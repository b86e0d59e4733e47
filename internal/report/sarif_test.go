package report

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/finding"
)

// TestTheStructureOfSARIF holds what code-scanning pages need and no schema says.
func TestTheStructureOfSARIF(t *testing.T) {
	var log sarifLog
	if err := json.Unmarshal(write(t, SARIF, example()), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	rules := run.Tool.Driver.Rules
	taxa := run.Taxonomies[0].Taxa
	for _, rule := range rules {
		if rule.Help.Text == "" || rule.FullDescription.Text == "" {
			t.Errorf("%s: no help", rule.ID)
		}
		for _, r := range rule.Relationships {
			if taxa[*r.Target.Index].ID != r.Target.ID {
				t.Errorf("%s: %s points at %s", rule.ID, r.Target.ID, taxa[*r.Target.Index].ID)
			}
		}
	}
	if tags := strings.Join(rules[3].Properties.Tags, " "); tags != "security external/cwe/cwe-016" {
		t.Errorf("tags %q", tags)
	}
	fingerprints := map[string]bool{}
	for _, result := range run.Results {
		if rules[*result.RuleIndex].ID != result.RuleID {
			t.Errorf("%s: the index names %s", result.RuleID, rules[*result.RuleIndex].ID)
		}
		for _, r := range result.Taxa {
			if taxa[*r.Index].ID != r.ID {
				t.Errorf("%s: %s points at %s", result.RuleID, r.ID, taxa[*r.Index].ID)
			}
		}
		fingerprint := result.PartialFingerprints[fingerprintKey]
		if fingerprint == "" || fingerprints[fingerprint] {
			t.Errorf("%s: fingerprint %q is empty or twice there", result.RuleID, fingerprint)
		}
		fingerprints[fingerprint] = true
		for _, l := range result.Locations {
			u, err := url.Parse(l.PhysicalLocation.ArtifactLocation.URI)
			if err != nil || u.IsAbs() || u.Fragment != "" || strings.ContainsAny(u.String(), " \\") {
				t.Errorf("uri %q: %v", l.PhysicalLocation.ArtifactLocation.URI, err)
			}
		}
	}
}

// TestTheStateBesideABaselineIsOfEveryResultOrOfNone holds section 3.27.24 of
// SARIF, and that a known finding is not passed off as a suppressed one.
func TestTheStateBesideABaselineIsOfEveryResultOrOfNone(t *testing.T) {
	for _, compared := range []bool{true, false} {
		r := example()
		r.Baseline = compared
		for i := range r.Findings {
			r.Findings[i].Known = compared && r.Findings[i].Known
		}
		var log sarifLog
		if err := json.Unmarshal(write(t, SARIF, r), &log); err != nil {
			t.Fatal(err)
		}
		states := map[string]int{}
		for _, result := range log.Runs[0].Results {
			states[result.BaselineState]++
			if result.BaselineState == "unchanged" && len(result.Suppressions) > 0 {
				t.Errorf("%s is known, and suppressed for it", result.Message.Text)
			}
		}
		if compared && (states[""] > 0 || states["unchanged"] != 1) || !compared && len(states) != 1 {
			t.Errorf("compared %v: %v", compared, states)
		}
	}
}

func TestSeverityBandsAreThoseOfCodeScanning(t *testing.T) {
	want := []string{"1.0 note", "3.0 note", "5.5 warning", "8.0 error", "9.5 error"}
	for i, w := range want {
		s := finding.Severity(i)
		if got := securitySeverity(s) + " " + level(s); got != w {
			t.Errorf("%v: %s, want %s", s, got, w)
		}
	}
}

func TestMessagesFormNoLinksAndNoPlaceholders(t *testing.T) {
	tests := map[string]string{
		"GET /users/{user_id}": "GET /users/{user_id}",
		"[here](1)":            "[here] (1)",
		"{0} and {12}":         "{{0}} and {{12}}",
		"x[0](y) {a{1}":        "x[0] (y) {a{{1}}",
		"{":                    "{",
	}
	for in, want := range tests {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}
