package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/finding"
)

var update = flag.Bool("update", false, "write the golden files")

func at(path string, line, column, endLine, endColumn int) finding.Location {
	return finding.Location{Path: path, Range: finding.Range{
		Start: finding.Position{Line: line, Column: column},
		End:   finding.Position{Line: endLine, Column: endColumn},
	}}
}

// example is a report with something of everything.
func example() *Report {
	findings := []finding.Finding{
		{
			Rule: "raw-item", Severity: finding.High, Confidence: finding.Certain,
			Location: at("app/users.py", 12, 12, 12, 25),
			Title:    "The route answers with the whole item",
			Message:  "get_user reads an item of UserProfiles and hands it to jsonify as it is, so that every attribute which the table has, or will have, reaches the caller.",
			Flow: []finding.Step{
				{Location: at("app/db.py", 5, 12, 5, 40), Text: "table.get_item reads every attribute"},
				{Location: at("app/users.py", 11, 5, 11, 30), Text: "item = load(user_id)"},
				{Location: at("app/users.py", 12, 12, 12, 25), Text: "jsonify(item) writes it into the response"},
			},
			Related: []finding.Step{{Location: at("serverless.yml", 3, 1, 3, 9), Text: "the role may read every attribute"}},
			Mend: finding.Mend{
				Text:     "Name the attributes that the response needs.",
				Edits:    []finding.Edit{{Location: at("app/users.py", 12, 12, 12, 25), New: `jsonify({"email": item["email"]})`}},
				Preview:  "-    return jsonify(item)\n+    return jsonify({\"email\": item[\"email\"]})\n",
				Contract: "views:\n  own_profile: { of: UserProfiles, show: [email] }\n",
			},
			Group: "GET /users/{user_id}", Context: "app.users.get_user", Anchor: "jsonify(item)",
		},
		{
			Rule: "client-identity", CWEs: []finding.CWE{290, 200}, Severity: finding.Critical, Confidence: finding.Likely,
			Location: at("app/users.py", 9, 15, 9, 44),
			Title:    "The client says who it is",
			Message:  "The header X-User-Id decides whose item is read.",
			Group:    "GET /users/{user_id}", Context: "app.users.get_user", Anchor: "request.headers",
		},
		{
			Rule: "missing-projection", Severity: finding.Advice, Confidence: finding.Certain,
			Location: at("scripts/a b#c.py", 1, 1, 3, 2), Title: "The query reads more than it uses", Context: "main", Anchor: "query",
		},
		{
			Rule: "raw-item", Severity: finding.High, Confidence: finding.Tentative,
			Location: at("app/catalogue.py", 30, 5, 30, 20), Title: "A list of items is public", Group: "GET /prices", Context: "prices", Anchor: "scan",
		},
		{
			Rule: "raw-item", Severity: finding.High, Confidence: finding.Certain,
			Location: at("app/old.py", 4, 5, 4, 20), Title: "Suppressed", Suppressed: "internal tool, behind a VPN", Context: "old", Anchor: "x",
		},
		{
			Rule: "raw-item", Severity: finding.High, Confidence: finding.Certain,
			Location: at("app/old.py", 8, 5, 8, 20), Title: "Known", Known: true, Context: "old", Anchor: "y",
		},
		{
			Rule: "no-place", Severity: finding.Low, Confidence: finding.Certain,
			Location: finding.Location{Path: "evil\x1b[31m/\u202efile.py"}, Title: "Text \x1b]0;from the tree\a and [a link](1) {0}",
		},
	}
	finding.Identify(findings)
	return &Report{
		Tool: Tool{Name: "discreet scan", Version: "1.2.3", URI: "https://example.com/discreet"},
		Rules: []finding.Rule{
			{ID: "raw-item", Title: "A raw item is serialised", Summary: "An item goes into a response as DynamoDB gave it.", Help: "# raw-item\n", HelpURI: "https://example.com/raw-item", CWEs: []finding.CWE{213, 200}, Severity: finding.High},
			{ID: "client-identity", Title: "A client-asserted identity", CWEs: []finding.CWE{290}, Severity: finding.Critical, Tags: []string{"identity"}},
			{ID: "missing-projection", Title: "No projection", CWEs: []finding.CWE{213}, Severity: finding.Advice},
			{ID: "no-place", Title: "A finding of a whole file", CWEs: []finding.CWE{16}, Severity: finding.Low},
		},
		Findings: findings,
		Notices: []finding.Notice{
			{Location: at("app/broken.py", 3, 7, 3, 7), Text: "expected an expression, found ')'"},
			{Location: finding.Location{Path: "app/loop"}, Text: "a symbolic link that leads back to itself"},
		},
		Files:    42,
		Baseline: true,
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; run the test with -update and read the difference\n%s", path, got)
	}
}

func write(t *testing.T, f func(io.Writer, *Report) error, r *Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func text(o TextOptions) func(io.Writer, *Report) error {
	return func(w io.Writer, r *Report) error { return Text(w, r, o) }
}

func TestGoldenFiles(t *testing.T) {
	golden(t, "report.txt", write(t, text(TextOptions{}), example()))
	golden(t, "report_all_color.txt", write(t, text(TextOptions{Color: true, All: true, Width: 60}), example()))
	golden(t, "empty.txt", write(t, text(TextOptions{}), &Report{Files: 1}))
	golden(t, "report.json", write(t, JSON, example()))
	golden(t, "report.sarif", write(t, SARIF, example()))
	golden(t, "empty.sarif", write(t, SARIF, &Report{Tool: Tool{Name: "discreet iam audit"}}))
}

func TestTheOrderOfFindingsDoesNotMatter(t *testing.T) {
	for name, f := range map[string]func(io.Writer, *Report) error{"text": text(TextOptions{}), "json": JSON, "sarif": SARIF, "html": html(HTMLOptions{})} {
		a, b := example(), example()
		slices.Reverse(b.Findings)
		slices.Reverse(b.Notices)
		if !bytes.Equal(write(t, f, a), write(t, f, b)) {
			t.Errorf("%s: another order gave other bytes", name)
		}
	}
}

func TestNoWriterPassesOnControlCharacters(t *testing.T) {
	for name, f := range map[string]func(io.Writer, *Report) error{"text": text(TextOptions{All: true}), "sarif": SARIF, "json": JSON, "html": html(HTMLOptions{})} {
		out := write(t, f, example())
		if bytes.ContainsFunc(out, func(r rune) bool { return r != '\n' && unprintable(r) }) {
			t.Errorf("%s: a control or format character of the tree came through", name)
		}
	}
}

// TestEscapesOfMachineOutputMeanTheSameText holds that what is spelled out for
// the eye is no other text for a parser.
func TestEscapesOfMachineOutputMeanTheSameText(t *testing.T) {
	const hidden = "a\u202eb\u2066c\u200bd\ufeff\u00ad\u0085\x7f\U000e0041é\u2028\"\\ \x00\n\t<&>"
	r := &Report{Findings: []finding.Finding{{Location: finding.Location{Path: hidden}, Group: hidden, Mend: finding.Mend{Text: "x", Edits: []finding.Edit{{Location: at("a", 1, 1, 1, 1), New: hidden}}}}}}
	var asJSON jsonReport
	out := write(t, JSON, r)
	if err := json.Unmarshal(out, &asJSON); err != nil {
		t.Fatal(err)
	}
	if f := asJSON.Findings[0]; f.Location.Path != hidden || f.Group != hidden || f.Mend.Edits[0].New != hidden {
		t.Errorf("JSON has another text: %s", out)
	}
	var log sarifLog
	out = write(t, SARIF, r)
	if err := json.Unmarshal(out, &log); err != nil {
		t.Fatal(err)
	}
	result := log.Runs[0].Results[0]
	path, err := url.PathUnescape(result.Locations[0].PhysicalLocation.ArtifactLocation.URI)
	if err != nil || path != hidden || result.Properties.Group != hidden || result.Fixes[0].ArtifactChanges[0].Replacements[0].InsertedContent.Text != hidden {
		t.Errorf("SARIF has another text: %s", out)
	}
}

func TestColorOnlyWhereItIsWanted(t *testing.T) {
	if bytes.ContainsRune(write(t, text(TextOptions{All: true}), example()), '\x1b') {
		t.Error("an escape sequence without colour")
	}
}

func TestATextWriterReportsAFailingDisk(t *testing.T) {
	for name, f := range map[string]func(io.Writer, *Report) error{"text": text(TextOptions{}), "json": JSON, "sarif": SARIF, "html": html(HTMLOptions{})} {
		if f(broken{}, example()) == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestFailsFromTheThresholdOn(t *testing.T) {
	one := func(s finding.Severity, c finding.Confidence) []finding.Finding {
		return []finding.Finding{{Severity: s, Confidence: c}}
	}
	suppressed := one(finding.Critical, finding.Certain)
	suppressed[0].Suppressed = "reason"
	known := one(finding.Critical, finding.Certain)
	known[0].Known = true
	tests := []struct {
		name      string
		findings  []finding.Finding
		threshold string
		want      bool
	}{
		{"nothing found", nil, "advice", false},
		{"at the threshold", one(finding.Medium, finding.Certain), "medium", true},
		{"above it", one(finding.Critical, finding.Likely), "medium", true},
		{"below it", one(finding.Low, finding.Certain), "medium", false},
		{"never", one(finding.Critical, finding.Certain), "never", false},
		{"suppressed", suppressed, "advice", false},
		{"in the baseline", known, "advice", false},
		{"a matter of policy", one(finding.Critical, finding.Tentative), "advice", false},
	}
	for _, test := range tests {
		threshold, err := ParseThreshold(test.threshold)
		if err != nil {
			t.Fatal(err)
		}
		if got := Fails(test.findings, threshold); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
	if _, err := ParseThreshold("sometimes"); err == nil || !strings.Contains(err.Error(), "never") {
		t.Errorf("an unknown threshold: %v", err)
	}
}
