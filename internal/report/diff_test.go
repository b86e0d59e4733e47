package report

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/discreet-dev/discreet/internal/finding"
)

func edit(start, end int, text string) finding.Edit {
	e := finding.Edit{New: text}
	e.Start.Offset, e.End.Offset = start, end
	return e
}

func TestApply(t *testing.T) {
	tests := []struct {
		name  string
		edits []finding.Edit
		want  string
		bad   bool
	}{
		{"none", nil, "hello", false},
		{"one", []finding.Edit{edit(1, 4, "ipp")}, "hippo", false},
		{"two, in any order", []finding.Edit{edit(4, 5, "!"), edit(0, 1, "J")}, "Jell!", false},
		{"the same twice", []finding.Edit{edit(0, 1, "J"), edit(0, 1, "J")}, "Jello", false},
		{"an insertion at the end", []finding.Edit{edit(5, 5, "!")}, "hello!", false},
		{"overlapping", []finding.Edit{edit(0, 3, "a"), edit(2, 4, "b")}, "", true},
		{"two at one place", []finding.Edit{edit(1, 1, "a"), edit(1, 1, "b")}, "", true},
		{"outside", []finding.Edit{edit(3, 9, "")}, "", true},
		{"before the beginning", []finding.Edit{edit(-1, 2, "")}, "", true},
		{"backwards", []finding.Edit{edit(3, 2, "")}, "", true},
	}
	for _, test := range tests {
		got, err := Apply("hello", test.edits)
		if got != test.want || (err != nil) != test.bad {
			t.Errorf("%s: %q, %v", test.name, got, err)
		}
		if err := Diff(&bytes.Buffer{}, "x", "hello", test.edits); (err != nil) != test.bad {
			t.Errorf("%s: diff: %v", test.name, err)
		}
	}
}

func TestDiffIsUnified(t *testing.T) {
	var text strings.Builder
	for i := range 30 {
		fmt.Fprintf(&text, "line %d\n", i+1)
	}
	s := text.String()
	at := func(line string) int { return strings.Index(s, line+"\n") }
	var out bytes.Buffer
	err := Diff(&out, "app/a.py", s, []finding.Edit{
		edit(at("line 5"), at("line 5")+6, "five"),
		edit(at("line 8"), at("line 9"), ""),
		edit(at("line 25"), at("line 25"), "new\nand newer\n"),
	})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "edits.diff", out.Bytes())
}

// TestADiffMakesWhatApplyMakes reads a diff back, by the rules of the format.
func TestADiffMakesWhatApplyMakes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, edits := drawEdits(t)
		want, err := Apply(text, edits)
		if err != nil {
			t.Fatal(err)
		}
		var diff bytes.Buffer
		if err := Diff(&diff, "x", text, edits); err != nil {
			t.Fatal(err)
		}
		if got := patch(t, text, diff.String()); got != want {
			t.Fatalf("%q with %v: got %q, want %q\n%s", text, edits, got, want, diff.String())
		}
	})
}

func drawEdits(t *rapid.T) (string, []finding.Edit) {
	text := rapid.StringMatching(`([ab]{0,2}\n){0,24}[ab]{0,2}`).Draw(t, "text")
	cuts := rapid.SliceOfNDistinct(rapid.IntRange(0, len(text)), 0, 8, rapid.ID[int]).Draw(t, "cuts")
	slices.Sort(cuts)
	var edits []finding.Edit
	for i := 0; i+1 < len(cuts); i += 2 {
		edits = append(edits, edit(cuts[i], cuts[i+1], rapid.StringMatching(`([ab]?\n){0,3}[ab]?`).Draw(t, "new")))
	}
	return text, edits
}

func patch(t *rapid.T, text, diff string) string {
	old := slices.Collect(strings.Lines(text))
	var out []string
	at := 0
	var mark byte
	for line := range strings.Lines(diff) {
		switch {
		case strings.HasPrefix(line, "---"), strings.HasPrefix(line, "+++"):
		case strings.HasPrefix(line, "@@"):
			var from, count, newFrom, newCount int
			if _, err := fmt.Sscanf(line, "@@ -%d,%d +%d,%d @@", &from, &count, &newFrom, &newCount); err != nil {
				t.Fatal(line, err)
			}
			if count > 0 {
				from--
			}
			out = append(out, old[at:from]...)
			at = from
			if newCount > 0 {
				newFrom--
			}
			if len(out) != newFrom {
				t.Fatalf("the hunk says line %d, and stands at %d", newFrom, len(out))
			}
		case line[0] == '\\':
			if mark == '+' {
				out[len(out)-1] = strings.TrimSuffix(out[len(out)-1], "\n")
			}
		case line[0] == '+':
			out = append(out, line[1:])
		default:
			if strings.TrimSuffix(old[at], "\n") != strings.TrimSuffix(line[1:], "\n") {
				t.Fatalf("%q is not %q", line[1:], old[at])
			}
			if line[0] == ' ' {
				out = append(out, old[at])
			}
			at++
		}
		mark = line[0]
	}
	return strings.Join(append(out, old[at:]...), "")
}

func TestGitTakesADiff(t *testing.T) {
	const text = "a\nb\nc\nd"
	edits := []finding.Edit{edit(2, 3, "B\nB"), edit(6, 7, "D\n")}
	var diff bytes.Buffer
	if err := Diff(&diff, "x.py", text, edits); err != nil {
		t.Fatal(err)
	}
	want, _ := Apply(text, edits)
	if got := gitApplied(t, "x.py", text, &diff); got != "" && got != want {
		t.Errorf("git makes %q, want %q", got, want)
	}
}

// TestADiffsContextEndsBeforeAHiddenLine holds for lines before, between and
// after what is changed; git takes such hunks.
func TestADiffsContextEndsBeforeAHiddenLine(t *testing.T) {
	const text = "a\nHIDDEN 1\nc\nd\ne\nHIDDEN 2\ng\nh\ni\nHIDDEN 3\nk\n"
	at := func(line string) int { return strings.Index(text, line+"\n") }
	edits := []finding.Edit{edit(at("d"), at("d")+1, "D"), edit(at("h"), at("h")+1, "H")}
	hidden := make([]finding.Range, 3)
	for i, line := range []int{2, 6, 10} {
		hidden[i].Start.Line, hidden[i].End.Line = line, line
	}
	var diff bytes.Buffer
	if err := Diff(&diff, "x.py", text, edits, hidden...); err != nil {
		t.Fatal(err)
	}
	const want = "--- a/x.py\n+++ b/x.py\n@@ -3,3 +3,3 @@\n c\n-d\n+D\n e\n@@ -7,3 +7,3 @@\n g\n-h\n+H\n i\n"
	if diff.String() != want {
		t.Errorf("got\n%s", diff.String())
	}
	made, _ := Apply(text, edits)
	if got := gitApplied(t, "x.py", text, &diff); got != "" && got != made {
		t.Errorf("git makes %q", got)
	}
}

// gitApplied is a file as git apply makes it, "" without a git.
func gitApplied(t *testing.T, name, text string, diff *bytes.Buffer) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		return ""
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("git", "apply", "-")
	cmd.Dir, cmd.Stdin = dir, diff
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

func TestADiffNamesAFileThatNeedsQuotes(t *testing.T) {
	for _, name := range []string{"a b.py", "q\"q.py", "tab\there.py", "b\\s.py", "é.py"} {
		var diff bytes.Buffer
		if err := Diff(&diff, name, "x\n", []finding.Edit{edit(0, 1, "y")}); err != nil {
			t.Fatal(err)
		}
		if strings.Count(diff.String(), "\n") != 5 {
			t.Errorf("%q: %q", name, diff.String())
		}
		if got := gitApplied(t, name, "x\n", &diff); got != "" && got != "y\n" {
			t.Errorf("%q: git makes %q", name, got)
		}
	}
}

// TestAPreviewIsTheChangedLinesOfADiff compares it with the diff's own.
func TestAPreviewIsTheChangedLinesOfADiff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, edits := drawEdits(t)
		var diff bytes.Buffer
		if err := Diff(&diff, "x", text, edits); err != nil {
			t.Fatal(err)
		}
		got, err := Preview(text, edits)
		if err != nil {
			t.Fatal(err)
		}
		// Both take the old lines out and put the new ones in: the ends agree.
		var want strings.Builder
		for line := range strings.Lines(diff.String()) {
			if (line[0] == '-' || line[0] == '+') && !strings.HasPrefix(line, "---") && !strings.HasPrefix(line, "+++") {
				want.WriteString(line)
			}
		}
		if sorted(got) != sorted(want.String()) {
			t.Fatalf("%q with %v:\n%s\nwant\n%s", text, edits, got, want.String())
		}
	})
}

func sorted(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
