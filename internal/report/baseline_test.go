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

func TestABaselineThatIsNotUnderstoodIsRefusedInWords(t *testing.T) {
	tests := []struct{ file, want string }{
		{"", "it is empty"},
		{"[]", "it is no object"},
		{"null", "it has no version"},
		{`{"findings": []}`, "it has no version"},
		{`{"version": 2, "findings": []}`, "version 2"},
		{`{"version": "1", "findings": []}`, "version cannot be of the type string"},
		{`{"version": 1.5, "findings": []}`, "version cannot be of the type number 1.5"},
		{`{"version": 1}`, "it has no findings"},
		{`{"version": 1, "findings": null}`, "it has no findings"},
		{`{"version": 1, "findings": {}}`, "findings cannot be of the type object"},
		{`{"version": 1, "findings": [{"fingerprint": 7}]}`, "findings.fingerprint cannot be of the type number"},
		{`{"version": 1, "tool": {}}`, `it has "tool", as another kind of file`},
		{`{"version": 1, "findings": [{"rule": "x"}]}`, "finding 1 has no fingerprint"},
		{`{"version": 1, "findings": [{"fingerprint": "` + strings.Repeat("0", 32) + `"}, {"fingerprint": "primaryLocationLineHash:1"}]}`, "finding 2 has no fingerprint"},
		{`{"version": 1, "findings": []} {}`, "something follows it"},
		{`{"version": 1, "findings": []} x`, "something follows it"},
		{`{"version": 1, "findings": [`, "its end is missing"},
		{"\xff\xfe{\x00}\x00", "it is not JSON"},
		{strings.Repeat("[", 100_000), "it is not JSON"},
	}
	for _, tt := range tests {
		if _, err := ReadBaseline(strings.NewReader(tt.file)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.80q: %v, want %q", tt.file, err, tt.want)
		}
	}
	if _, err := ReadBaseline(endless{}); err == nil || !strings.Contains(err.Error(), "more than 64 MB") {
		t.Errorf("a file without an end: %v", err)
	}
}

// endless is /dev/zero.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestABaselineMayHaveAByteOrderMarkAndAnEntryTwice(t *testing.T) {
	entry := `{"fingerprint": "` + strings.Repeat("0", 32) + `", "rule": "a", "path": "b"}`
	b, err := ReadBaseline(strings.NewReader("\ufeff" + `{"version": 1, "findings": [` + entry + "," + entry + "]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if gone := b.Mark(nil); gone != 1 {
		t.Errorf("%d entries", gone)
	}
}

func FuzzReadBaseline(f *testing.F) {
	f.Add(`{"version": 1, "findings": [{"fingerprint": "0123456789abcdef0123456789abcdef", "rule": "b", "path": "c"}]}`)
	f.Fuzz(func(t *testing.T, file string) {
		b, err := ReadBaseline(strings.NewReader(file))
		if err == nil {
			b.Mark([]finding.Finding{{Fingerprint: "0123456789abcdef0123456789abcdef"}})
		}
	})
}
