package scan

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/finding"
)

// labelled is a tree whose exposures were labelled by reading it.
type labelled struct {
	Repo    string
	Exclude []string
	Labels  []struct {
		Path, Kind, Verdict string
		Line                int
		Sink                int `json:"sink_line"`
	}
	Traps []struct {
		Path string
		Line int
		Kind string `json:"must_not_report"`
	}
}

// kinds are what labels call what our rules find.
var kinds = map[string][]string{
	"unscoped-key": {"unscoped_key", "client_asserted_identity", "cross_user_override"}, "client-asserted-identity": {"client_asserted_identity", "unscoped_key"},
	"identity-override": {"cross_user_override"}, "unscoped-scan": {"unscoped_scan"}, "missing-authentication": {"missing_auth", "auth_disabled"},
	"raw-item": {"raw_item", "raw_response"}, "raw-response": {"raw_response", "raw_item"}, "deny-list": {"denylist_filter"},
	"sensitive-attribute": {"sensitive_field"}, "key-in-token": {"key_in_pagination_token"}, "error-in-body": {"error_body", "stacktrace_body"},
	"debug-mode": {"debug"}, "debug-route": {"debug"}, "credential-in-clear": {"plaintext_credential", "plaintext_secret"}, "weak-hash": {"weak_hash"},
	"sensitive-log": {"log_sensitive"}, "sensitive-file-served": {"secret_file_exposed", "public_object"}, "cors-any-origin": {"cors_wildcard"}, "secret-in-source": {"hardcoded_secret"},
	"iam-unused-actions": {"iam_unused_actions"}, "iam-broad-actions": {"iam_broad"}, "iam-wildcard-resource": {"iam_wildcard_resource"},
}

const near = 3 // lines by which a label and a finding may differ

// TestLabels measures recall and traps on labelled trees that are no part of
// the repository: DISCREET_LABELS names the labels, DISCREET_TREES the folder
// with a tree for each, its owner and its name joined by a +.
func TestLabels(t *testing.T) {
	file, trees := os.Getenv("DISCREET_LABELS"), os.Getenv("DISCREET_TREES")
	if file == "" || trees == "" {
		t.Skip("DISCREET_LABELS and DISCREET_TREES are not set")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var set struct{ Repos []labelled }
	if err := json.Unmarshal(text, &set); err != nil {
		t.Fatal(err)
	}
	asked, found, others := 0, 0, 0
	for _, tree := range set.Repos {
		res, err := Scan(t.Context(), Config{Root: filepath.Join(trees, strings.ReplaceAll(tree.Repo, "/", "+"))})
		if err != nil {
			t.Fatal(err)
		}
		used := map[string]bool{}
		for _, l := range tree.Labels {
			hit := false
			for _, f := range res.Findings {
				if slices.Contains(kinds[f.Rule], l.Kind) && (passes(f, l.Path, l.Line) || l.Sink > 0 && passes(f, l.Path, l.Sink)) {
					hit, used[f.Fingerprint] = true, true
				}
			}
			if l.Verdict == "tp" {
				asked++
				if hit {
					found++
				} else {
					t.Logf("missed: %s %s:%d %s", tree.Repo, l.Path, l.Line, l.Kind)
				}
			}
		}
		for _, f := range res.Findings {
			for _, trap := range tree.Traps {
				if slices.Contains(kinds[f.Rule], trap.Kind) && f.Path == trap.Path && f.Start.Line-1 <= trap.Line && trap.Line <= f.End.Line+1 {
					t.Errorf("trapped: %s %s:%d %s", tree.Repo, f.Path, f.Start.Line, f.Rule)
				}
			}
			left := slices.ContainsFunc(tree.Exclude, func(dir string) bool { return strings.HasPrefix(f.Path, dir) })
			if !used[f.Fingerprint] && !left && f.Severity > finding.Advice {
				others++
				t.Logf("other: %s %s:%d %s (%s)", tree.Repo, f.Path, f.Start.Line, f.Rule, f.Confidence)
			}
		}
	}
	t.Logf("%d of %d labels, %d other reports", found, asked, others)
	if float64(found) < 0.9*float64(asked) {
		t.Errorf("recall %d of %d", found, asked)
	}
}

// passes says whether a finding, or its flow, comes by a line.
func passes(f finding.Finding, path string, line int) bool {
	by := func(l finding.Location) bool {
		return l.Path == path && l.Start.Line-near <= line && line <= l.End.Line+near
	}
	return by(f.Location) || slices.ContainsFunc(f.Flow, func(s finding.Step) bool { return by(s.Location) })
}
