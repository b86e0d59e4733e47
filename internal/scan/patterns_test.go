package scan

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/finding"
)

var wantComment = regexp.MustCompile(`# want ((?:[\w-]+\??\s*)+)$`)

// wanted are the findings that a folder's comments ask for, as "path:line rule";
// a rule with a ? is to be a matter of policy. For files in which no comment can
// stand, wanted.txt has them line by line.
func wanted(t *testing.T, root string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, name)
		if rel == "wanted.txt" {
			out = append(out, strings.Split(strings.TrimSpace(string(text)), "\n")...)
			return nil
		}
		for i, line := range bytes.Split(text, []byte("\n")) {
			if m := wantComment.FindSubmatch(line); m != nil {
				for rule := range strings.FieldsSeq(string(m[1])) {
					out = append(out, fmt.Sprintf("%s:%d %s", filepath.ToSlash(rel), i+1, rule))
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func TestPatterns(t *testing.T) {
	folders, err := filepath.Glob("testdata/patterns/*")
	if err != nil || len(folders) == 0 {
		t.Fatal("no patterns: ", err)
	}
	for _, root := range folders {
		t.Run(filepath.Base(root), func(t *testing.T) {
			res, err := Scan(t.Context(), Config{Root: root})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range res.Findings {
				if f.Suppressed != "" {
					continue
				}
				rule := f.Rule
				if f.Confidence == finding.Tentative && f.Severity > finding.Advice {
					rule += "?"
				}
				got = append(got, fmt.Sprintf("%s:%d %s", f.Path, f.Start.Line, rule))
			}
			for _, n := range res.Notices {
				t.Errorf("notice %s:%d: %s", n.Path, n.Start.Line, n.Text)
			}
			slices.Sort(got)
			want := wanted(t, root)
			for _, w := range want {
				if !slices.Contains(got, w) {
					t.Errorf("not found: %s", w)
				}
			}
			for _, g := range got {
				if !slices.Contains(want, g) {
					t.Errorf("not wanted: %s", g)
				}
			}
			if len(slices.Compact(got)) != len(got) {
				t.Errorf("found twice: %v", got)
			}
		})
	}
}
