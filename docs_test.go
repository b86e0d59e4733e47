package discreet_test

import (
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet"
)

// documents are all Markdown files, with what is in them.
func documents(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "testdata" || d.Name() == "node_modules"):
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".md":
			return nil
		}
		text, err := os.ReadFile(path)
		out[filepath.ToSlash(path)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var fence = regexp.MustCompile("(?ms)^[ \t]*```([a-z]*)[^\n]*\n(.*?)^[ \t]*```[ \t]*$")

func TestEveryContractInTheDocumentsLoads(t *testing.T) {
	found := 0
	for file, text := range documents(t) {
		if file == "docs/contract.md" {
			continue // it has a test of its own, in internal/parse
		}
		for i, block := range fence.FindAllStringSubmatch(text, -1) {
			if block[1] != "yaml" || !strings.HasPrefix(block[2], "contract: 1\n") {
				continue
			}
			found++
			if _, err := discreet.Parse(fmt.Sprintf("%s, block %d", file, i+1), []byte(block[2])); err != nil {
				t.Error(err)
			}
		}
	}
	if found == 0 {
		t.Error("the documents show no contract")
	}
}

var link = regexp.MustCompile(`\]\(([^)\s]+)(?:\s+"[^"]*")?\)|(?m)^\[[^\]]+\]:\s+(\S+)`)

func TestEveryRelativeLinkLeadsToAFileThatExists(t *testing.T) {
	found := 0
	for file, text := range documents(t) {
		for _, m := range link.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
			u, err := url.Parse(m[1] + m[2])
			if err != nil || u.Scheme != "" || u.Host != "" || u.Path == "" {
				continue // another site, or a heading of the same file
			}
			found++
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), filepath.FromSlash(u.Path))); err != nil {
				t.Errorf("%s: the link to %s leads nowhere", file, u.Path)
			}
		}
	}
	if found == 0 {
		t.Error("no link found")
	}
}

func TestEveryDirectDependencyIsExplained(t *testing.T) {
	read := func(file string) string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	required := regexp.MustCompile(`(?m)^\t(\S+) v\S+`).FindAllStringSubmatch(read("go.mod"), -1)
	// go.mod's own word for it is right only where it is tidy.
	direct := map[string]bool{}
	everything := importsOf(t, func(string) bool { return true })
	for _, path := range slices.Concat(slices.Collect(maps.Values(everything))...) {
		longest := ""
		for _, m := range required {
			if (path == m[1] || strings.HasPrefix(path, m[1]+"/")) && len(m[1]) > len(longest) {
				longest = m[1]
			}
		}
		if longest != "" {
			direct[longest] = true
		}
	}
	explained := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]+) \\|").FindAllStringSubmatch(read("docs/dependencies.md"), -1) {
		for _, name := range strings.Split(row[1], ", ") {
			explained[strings.Trim(name, "`")] = true
		}
	}
	for name := range direct {
		if !explained[name] {
			t.Errorf("docs/dependencies.md does not explain %s", name)
		}
	}
	for name := range explained {
		if !direct[name] {
			t.Errorf("docs/dependencies.md explains %s, which nothing imports", name)
		}
	}
}
