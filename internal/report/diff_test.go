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

func TestPatchTakesADiff(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git")
	}
	dir := t.TempDir()
	const text = "a\nb\nc\nd"
	edits := []finding.Edit{edit(2, 3, "B\nB"), edit(6, 7, "D\n")}
	var diff bytes.Buffer
	if err := Diff(&diff, "x.py", text, edits); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "x.py"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("git", "apply", "-")
	cmd.Dir, cmd.Stdin = dir, &diff
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got, err := os.ReadFile(filepath.Join(dir, "x.py"))
	want, _ := Apply(text, edits)
	if err != nil || string(got) != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
}
