package parse

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzContract holds on any bytes: no panic, an answer in bounded time, every
// problem at a place of the file, and a contract exactly when there is no error.
func FuzzContract(f *testing.F) {
	files, _ := filepath.Glob("testdata/good/*.yaml")
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(source)
	}
	for _, r := range rules {
		if r.from == "" && len(r.new) < 10000 {
			f.Add([]byte(r.new))
		}
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		begun := time.Now()
		before := string(source)
		c, problems := Contract("f.yaml", source)
		if took := time.Since(begun); took > 10*time.Second {
			t.Fatalf("took %v", took)
		}
		if before != string(source) {
			t.Fatal("the source was changed")
		}
		if (c != nil) == problems.HasErrors() {
			t.Fatal("a contract with an error, or none without")
		}
		lines := strings.Split(before, "\n")
		for _, p := range problems {
			if p.Line < 1 || p.Line > len(lines) {
				t.Fatalf("line %d of %d: %s", p.Line, len(lines), p.Message)
			}
			if width := utf8.RuneCountInString(lines[p.Line-1]); p.Column < 1 || p.Column > width+1 {
				t.Fatalf("column %d of %d: %s", p.Column, width, p.Message)
			}
			if p.Code == "" || p.Message == "" {
				t.Fatal("a problem without a word")
			}
		}
		if text := problems.Text(); !utf8.ValidString(text) {
			t.Fatal("the text is not UTF-8")
		}
		if len(problems.JSON()) == 0 {
			t.Fatal("no JSON")
		}
	})
}

// TestLargeFilesAnswerInBoundedTime reads what makes readers slow, at the
// largest size that is taken.
func TestLargeFilesAnswerInBoundedTime(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	fill := func(part string) string { return strings.Repeat(part, (maxBytes-100)/len(part)) }
	var views strings.Builder
	views.WriteString("contract: 1\nviews:\n")
	for i := 0; views.Len() < maxBytes-200; i++ {
		views.WriteString("  v" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + ": { of: T, extends: v, scope: any }\n")
	}
	for name, source := range map[string]string{
		"keys":       fill("a:\n"),
		"list":       fill("- a\n"),
		"flow list":  "a: [" + fill("1,"),
		"words":      "a: " + fill("x "),
		"views":      views.String(),
		"anchors":    fill("&a "),
		"brackets":   fill("[]"),
		"quotes":     fill("\"'"),
		"hidden":     fill("\u200b"),
		"comments":   fill("#\n"),
		"ten times":  strings.Repeat(fill("a: b\n"), 10),
		"open flows": fill("{a: "),
		"dashes":     fill("- "),
		"many maps":  "contract: 1\n" + strings.Repeat("a:\n"+strings.Repeat(" b:\n", 990), 5),
		"flow map":   "a: {" + strings.Repeat(strings.Repeat("a: b, ", 1600)+"\n", 25),
		"flow lists": "a: [" + strings.Repeat(strings.Repeat("[],", 3300)+"\n", 25),
		"tags":       strings.Repeat(strings.Repeat("!a ", 3300)+"\n", 25),
	} {
		begun := time.Now()
		c, problems := Contract("f.yaml", []byte(source))
		took := time.Since(begun)
		t.Logf("%-10s %8d bytes %v, %d problems", name, len(source), took.Round(time.Millisecond), len(problems))
		if c != nil || len(problems) == 0 || len(problems) > maxProblems {
			t.Errorf("%s: %d problems", name, len(problems))
		}
		if took > 10*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}
