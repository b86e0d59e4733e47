package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/finding"
)

func TestABaselineLeavesTheNewFindings(t *testing.T) {
	old := example().Findings
	var file bytes.Buffer
	if err := NewBaseline(old).Write(&file); err != nil {
		t.Fatal(err)
	}
	b, err := ReadBaseline(bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	moved := slices.Clone(old[1:])
	for i := range moved {
		moved[i].Start.Line += 100
		moved[i].Known = false
	}
	fresh := finding.Finding{Rule: "raw-item", Location: at("new.py", 1, 1, 1, 2)}
	now := append(moved, fresh)
	finding.Identify(now)
	if gone := b.Mark(now); gone != 1 {
		t.Errorf("%d entries are gone, want 1", gone)
	}
	for _, f := range now {
		if want := f.Path != "new.py" && f.Suppressed == ""; f.Known != want {
			t.Errorf("%s %s: known %v", f.Path, f.Title, f.Known)
		}
	}
	var again bytes.Buffer
	if err := b.Write(&again); err != nil || !bytes.Equal(again.Bytes(), file.Bytes()) {
		t.Errorf("a baseline that was read is written otherwise: %v", err)
	}
}

func TestABaselineThatIsNotUnderstoodIsRefused(t *testing.T) {
	tests := map[string]string{
		"empty":          ``,
		"another form":   `[]`,
		"a later one":    `{"version": 2, "findings": []}`,
		"no version":     `{"findings": []}`,
		"unknown member": `{"version": 1, "findings": [], "all": true}`,
		"no fingerprint": `{"version": 1, "findings": [{"rule": "x"}]}`,
		"trailing":       `{"version": 1, "findings": []} {}`,
		"cut":            `{"version": 1, "findings": [`,
	}
	for name, file := range tests {
		if _, err := ReadBaseline(strings.NewReader(file)); err == nil {
			t.Errorf("%s: it was read", name)
		}
	}
}

func FuzzReadBaseline(f *testing.F) {
	f.Add(`{"version": 1, "findings": [{"fingerprint": "a", "rule": "b", "path": "c"}]}`)
	f.Fuzz(func(t *testing.T, file string) {
		b, err := ReadBaseline(strings.NewReader(file))
		if err == nil {
			b.Mark([]finding.Finding{{Fingerprint: "a"}})
		}
	})
}
