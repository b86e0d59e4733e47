package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// hook is one of .pre-commit-hooks.yaml, as far as the format asks for it.
// https://pre-commit.com/#creating-new-hooks
type hook struct {
	ID            string   `yaml:"id"`
	Name          string   `yaml:"name"`
	Description   string   `yaml:"description"`
	Language      string   `yaml:"language"`
	Entry         string   `yaml:"entry"`
	Args          []string `yaml:"args"`
	PassFilenames *bool    `yaml:"pass_filenames"`
	RequireSerial bool     `yaml:"require_serial"`
	Files         string   `yaml:"files"`
}

func TestThePreCommitHooksFailOnALeakAndOnABadContract(t *testing.T) {
	text, err := os.ReadFile("../../.pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var hooks []hook
	if err := yaml.UnmarshalWithOptions(text, &hooks, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	// What each is run with: a file that makes it fail, and one that does not.
	trees := map[string]struct{ file, bad, good string }{
		"discreet-scan": {
			"app.py", "import boto3\nfrom flask import Flask\napp = Flask(__name__)\n\n@app.get('/users')\ndef users():\n    return boto3.resource('dynamodb').Table('users').scan()['Items']\n",
			"x = 1\n",
		},
		"discreet-check": {"discreet.yaml", "contract: 2\n", "contract: 1\ntables:\n  t: { partition_key: id, attributes: { id: S ordinary } }\n"},
	}
	if len(hooks) != len(trees) {
		t.Fatalf("%d hooks", len(hooks))
	}
	for _, h := range hooks {
		tree, ok := trees[h.ID]
		if !ok || h.Language != "golang" || h.Name == "" || !regexp.MustCompile(h.Files).MatchString(tree.file) {
			t.Fatalf("%+v", h)
		}
		args := append(strings.Fields(strings.TrimPrefix(h.Entry, "discreet ")), h.Args...)
		if h.PassFilenames == nil || *h.PassFilenames {
			args = append(args, tree.file)
		}
		for content, fails := range map[string]bool{tree.bad: true, tree.good: false} {
			dir := t.TempDir()
			t.Chdir(dir)
			if err := os.WriteFile(filepath.Join(dir, tree.file), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, errs, code := ended(t, args...); (code != exitOK) != fails {
				t.Errorf("%s: exit %d\n%s%s", h.ID, code, out, errs)
			}
		}
	}
}

func TestTheYAMLOfTheScanPageIsYAML(t *testing.T) {
	text, err := os.ReadFile("../../docs/scan.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, m := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(text, -1) {
		seen++
		var v any
		if err := yaml.Unmarshal(m[1], &v); err != nil {
			t.Errorf("%v\n%s", err, m[1])
		}
	}
	if seen < 3 {
		t.Errorf("%d blocks", seen)
	}
}
