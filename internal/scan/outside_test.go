//go:build outside

package scan

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/docs/rules"
)

// TestCPythonCompilesWhatFixesMake gives every file that an edit changes to
// CPython's own compiler. PYTHON names the interpreter.
func TestCPythonCompilesWhatFixesMake(t *testing.T) {
	interpreter := os.Getenv("PYTHON")
	if interpreter == "" {
		interpreter = "python3"
	}
	if _, err := exec.LookPath(interpreter); err != nil {
		t.Fatal("no python3 on this machine")
	}
	var roots []string
	for _, pattern := range []string{"testdata/patterns/*", "testdata/fix/*"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		roots = append(roots, found...)
	}
	for _, r := range Rules() {
		if text, err := rules.Pages.ReadFile(r.ID + ".md"); err == nil {
			roots = append(roots, inFolder(t, example(string(text), "Bad")))
		}
	}
	dir, made := t.TempDir(), 0
	keep := func(root, name string, text []byte) {
		before, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		made++
		for suffix, text := range map[string][]byte{".before": before, ".after": text} {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(made)+suffix), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, root := range roots {
		res, fixes := fixed(t, root)
		for name, text := range applied(t, fixes) {
			keep(root, name, []byte(text))
		}
		for _, f := range res.Findings { // also those that no diff shows
			for name, text := range edited(t, root, f.Mend.Edits) {
				if filepath.Ext(name) == ".py" {
					keep(root, name, text)
				}
			}
		}
	}
	out, err := exec.Command(interpreter, "testdata/compile.py", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	compiled, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil || compiled < 20 {
		t.Errorf("%d files were made, and compiled: %s", made, out)
	}
}
