package finding

import (
	"encoding/json"
	"strings"
	"testing"
)

func at(path string, line, column int) Location {
	return Location{Path: path, Range: Range{Start: Position{Line: line, Column: column}}}
}

func fingerprints(findings ...Finding) map[string]string {
	Identify(findings)
	out := map[string]string{}
	for _, f := range findings {
		out[f.Message] = f.Fingerprint
	}
	return out
}

func TestAFingerprintSurvivesMovedLines(t *testing.T) {
	first := Finding{Rule: "raw-item", Location: at("app.py", 10, 1), Context: "app.get", Anchor: "jsonify(item)", Message: "a"}
	moved := first
	moved.Start.Line = 90
	if fingerprints(first)["a"] != fingerprints(moved)["a"] {
		t.Error("the fingerprint changed with the line")
	}
}

func TestAFingerprintTellsFindingsApart(t *testing.T) {
	base := Finding{Rule: "r", Location: at("a.py", 1, 1), Context: "c", Anchor: "x", Message: "base"}
	change := map[string]func(*Finding){
		"rule":    func(f *Finding) { f.Rule = "s" },
		"path":    func(f *Finding) { f.Path = "b.py" },
		"context": func(f *Finding) { f.Context = "d" },
		"anchor":  func(f *Finding) { f.Anchor = "y" },
		"border":  func(f *Finding) { f.Context, f.Anchor = "cx", "" },
	}
	want := fingerprints(base)["base"]
	for name, alter := range change {
		other := base
		alter(&other)
		if fingerprints(other)["base"] == want {
			t.Errorf("%s: same fingerprint", name)
		}
	}
}

func TestEqualFindingsAreNumberedInTheOrderOfTheSource(t *testing.T) {
	one := Finding{Rule: "r", Location: at("a.py", 1, 1), Message: "first"}
	two := Finding{Rule: "r", Location: at("a.py", 2, 1), Message: "second"}
	a, b := fingerprints(one, two), fingerprints(two, one)
	if a["first"] != b["first"] || a["second"] != b["second"] || a["first"] == a["second"] {
		t.Errorf("%v, %v", a, b)
	}
}

func TestSeveritiesAndConfidencesSpeakTheirNames(t *testing.T) {
	for s := Advice; s <= Critical; s++ {
		if got, err := ParseSeverity(strings.ToUpper(s.String())); err != nil || got != s {
			t.Errorf("%v: %v, %v", s, got, err)
		}
	}
	if _, err := ParseSeverity("bad"); err == nil {
		t.Error("an unknown severity was read")
	}
	for c := Tentative; c <= Certain; c++ {
		text, err := json.Marshal(c)
		var back Confidence
		if err != nil || json.Unmarshal(text, &back) != nil || back != c {
			t.Errorf("%v: %s, %v", c, text, back)
		}
	}
	if Severity(99).String() != "unknown" {
		t.Error("a severity out of range has a name")
	}
}
