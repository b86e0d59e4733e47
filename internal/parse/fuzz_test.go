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
