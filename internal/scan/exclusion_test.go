package scan

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPatternsAboveTheRootCountUpToTheRepositorysTop(t *testing.T) {
	top := plant(t, map[string]string{
		".gitignore": "*.py\n", // of another repository, or none
		"repo/.git":  "gitdir: elsewhere\n", "repo/.gitignore": "/services/a/gen/\nold.py\n/made/\n", "repo/services/.gitignore": "!keep/old.py\n",
		"repo/services/a/app.py": leaky, "repo/services/a/old.py": leaky, "repo/services/a/keep/old.py": leaky, "repo/services/a/gen/app.py": leaky,
		"repo/made/app.py": leaky, "repo/made/old.py": leaky,
	})
	for root, want := range map[string][]string{
		"repo/services/a": {"app.py"},
		"repo/services":   {"a/app.py"},
		"repo/made":       {"app.py", "old.py"}, // asked for by name, though git ignores it
	} {
		if got, noticed := paths(t, filepath.Join(top, root)); !slices.Equal(got, want) || len(noticed) > 0 {
			t.Errorf("%s: found in %v, want %v; noticed %v", root, got, want, noticed)
		}
	}
}

func TestAPatternThatExcludesNothingIsRefused(t *testing.T) {
	root := plant(t, map[string]string{"app.py": leaky, "scripts/a.py": leaky, "scripts/b.py": leaky})
	for _, pattern := range []string{"", "  ", "/", "!", "# scripts"} {
		if _, err := Scan(t.Context(), Config{Root: root, Exclude: []string{pattern}}); err == nil || !strings.Contains(err.Error(), "leaves nothing out") {
			t.Errorf("%q: %v", pattern, err)
		}
	}
	for _, patterns := range [][]string{{"scripts"}, {"scripts/"}, {"./scripts/"}, {"scripts/*", "!nothing"}, {"[ab].py"}} {
		res, err := Scan(t.Context(), Config{Root: root, Exclude: patterns})
		if err != nil || len(res.Findings) == 0 || res.Findings[len(res.Findings)-1].Path != "app.py" {
			t.Errorf("%q: %v, %v", patterns, res, err)
		}
	}
	res, err := Scan(t.Context(), Config{Root: root, Exclude: []string{"scripts/*", "!b.py"}})
	if err != nil || res.Findings[len(res.Findings)-1].Path != "scripts/b.py" {
		t.Errorf("what a later pattern takes back is left out: %v, %v", res, err)
	}
}

func TestAGitignoreThatCannotBeReadIsNamed(t *testing.T) {
	root := plant(t, map[string]string{"app.py": leaky, "sub/.gitignore": strings.Repeat("x", maxIgnore+1)})
	if err := os.Mkdir(filepath.Join(root, ".gitignore"), 0o755); err != nil { // git reads no folder
		t.Fatal(err)
	}
	if _, noticed := paths(t, root); !slices.Equal(noticed, []string{"sub/.gitignore"}) {
		t.Errorf("noticed %v", noticed)
	}
}
