package scan

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/docs/rules"
	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/python"
	"github.com/discreet-dev/discreet/internal/report"
)

// fixed scans a folder and fixes what it finds.
func fixed(t *testing.T, root string) (*Result, *Fixes) {
	t.Helper()
	cfg := Config{Root: root}
	res, err := Scan(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	fixes, err := Fix(t.Context(), cfg, res.Findings, nil)
	if err != nil {
		t.Fatal(err)
	}
	return res, fixes
}

// inFolder is a folder with files.
func inFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// applied are the files that fixes change, as they make them.
func applied(t *testing.T, fixes *Fixes) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, f := range fixes.Files {
		text, err := report.Apply(f.Text, f.Edits)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Path] = text
	}
	return out
}

// TestFixes compares what --fix makes of each folder of testdata/fix with what
// stands beside it.
func TestFixes(t *testing.T) {
	folders, err := filepath.Glob("testdata/fix/*")
	if err != nil || len(folders) == 0 {
		t.Fatal("no folders: ", err)
	}
	for _, root := range folders {
		t.Run(filepath.Base(root), func(t *testing.T) {
			res, fixes := fixed(t, root)
			for _, f := range fixes.Unproven {
				t.Errorf("%s:%d: the edit of %s does not prove to close it", f.Path, f.Start.Line, f.Rule)
			}
			made := applied(t, fixes)
			sources, err := filepath.Glob(root + "/*.*")
			if err != nil {
				t.Fatal(err)
			}
			sources = slices.DeleteFunc(sources, func(name string) bool { return strings.HasSuffix(name, ".fixed") })
			for _, name := range sources {
				got, changed := made[filepath.Base(name)]
				want, err := os.ReadFile(name + ".fixed")
				switch {
				case *update && changed:
					err = os.WriteFile(name+".fixed", []byte(got), 0o600)
				case *update:
					_ = os.Remove(name + ".fixed")
					err = nil
				case changed != (err == nil) || got != string(want):
					t.Errorf("%s: run with -update and read the difference; got\n%s", name, got)
				}
				if err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
			}
			if len(res.Findings) == 0 {
				t.Error("nothing was found")
			}
		})
	}
}

// edited is a tree as the edits of one finding make it.
func edited(t *testing.T, root string, edits []finding.Edit) map[string][]byte {
	t.Helper()
	byFile := map[string][]finding.Edit{}
	for _, e := range edits {
		byFile[e.Path] = append(byFile[e.Path], e)
	}
	out := map[string][]byte{}
	for path, list := range byFile {
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		made, err := report.Apply(string(text), list)
		if err != nil {
			t.Fatal(path, err)
		}
		out[path] = []byte(made)
	}
	return out
}

func counted(list []finding.Finding) map[string]int {
	out := map[string]int{}
	for i := range list {
		out[identity(&list[i])]++
	}
	return out
}

// TestEveryEditParsesClosesItsFindingAndMakesNoOther tries the edits of each
// finding alone, on every pattern and on the bad example of every page.
func TestEveryEditParsesClosesItsFindingAndMakesNoOther(t *testing.T) {
	roots, err := filepath.Glob("testdata/patterns/*")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("testdata/fix/*")
	if err != nil {
		t.Fatal(err)
	}
	roots = append(roots, more...)
	for _, r := range Rules() {
		if text, err := rules.Pages.ReadFile(r.ID + ".md"); err == nil {
			roots = append(roots, inFolder(t, example(string(text), "Bad")))
		}
	}
	tried := map[string]int{}
	for _, root := range roots {
		res, err := Scan(t.Context(), Config{Root: root})
		if err != nil {
			t.Fatal(err)
		}
		before := counted(res.Findings)
		for i := range res.Findings {
			f := &res.Findings[i]
			if len(f.Mend.Edits) == 0 {
				continue
			}
			tried[f.Rule]++
			at := fmt.Sprintf("%s/%s:%d: %s", filepath.Base(root), f.Path, f.Start.Line, f.Rule)
			files := edited(t, root, f.Mend.Edits)
			for path, text := range files {
				if strings.HasSuffix(path, ".py") {
					for _, p := range python.Parse(path, text, python.Limits{}).Problems {
						t.Errorf("%s: %s", at, p.Message)
					}
				}
			}
			again, err := Scan(t.Context(), Config{Root: root, edited: files})
			if err != nil {
				t.Fatal(err)
			}
			after := counted(again.Findings)
			if id := identity(f); after[id] >= before[id] {
				t.Errorf("%s is still found", at)
			}
			for j := range again.Findings {
				left := &again.Findings[j]
				if id := identity(left); after[id] > before[id] && (about(left) != about(f) || left.Severity >= f.Severity) {
					t.Errorf("%s: then there is %q", at, strings.Split(id, "\x00"))
				}
			}
		}
	}
	for _, rule := range Rules() {
		if says := strings.Contains(rule.Help, "\n## What `--fix` does\n"); says != (tried[rule.ID] > 0) && !strings.HasPrefix(rule.ID, "iam-") {
			t.Errorf("%s: %d edits were tried, and its page says that there are some: %v", rule.ID, tried[rule.ID], says)
		}
	}
}

const debugRun = "from flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run(debug=True)"

func TestAFixKeepsEveryOtherByte(t *testing.T) {
	faulty := "import boto3\nfrom flask import Flask\napp = Flask(__name__)\nt = boto3.resource('dynamodb').Table('a')\n@app.get('/')\ndef f():\n\ttry:\n\t\tt.put_item(Item={'id': '1'})\n\texcept Exception as e:\n\t\treturn {'error': str(e)}\n"
	tests := map[string]struct{ before, after string }{
		"no last line end": {debugRun, strings.Replace(debugRun, "True", "False", 1)},
		"CRLF":             {strings.ReplaceAll(debugRun, "\n", "\r\n"), strings.ReplaceAll(strings.Replace(debugRun, "True", "False", 1), "\n", "\r\n")},
		"a byte order mark": {
			"\ufeffimport boto3\n" + strings.TrimPrefix(strings.ReplaceAll(faulty, "Flask", "Chalice"), "import boto3\n"),
			"\ufeffimport boto3\n" + strings.TrimPrefix(strings.ReplaceAll(strings.Replace(faulty, "\t\treturn {'error': str(e)}", "\t\tapp.log.exception(\"f failed\")\n\t\treturn {'error': \"internal server error\"}", 1), "Flask", "Chalice"), "import boto3\n"),
		},
		"Latin-1": {
			"# coding: latin-1\n# caf\xe9\n" + debugRun + "  # \xe9t\xe9\n",
			"# coding: latin-1\n# caf\xe9\n" + strings.Replace(debugRun, "True", "False", 1) + "  # \xe9t\xe9\n",
		},
		"bytes that are no text": {
			"# \xff\xfe\n" + debugRun, "",
		},
		"tabs, and CRLF in what is added": {
			strings.ReplaceAll(faulty, "\n", "\r\n"),
			strings.ReplaceAll(strings.Replace(faulty, "\t\treturn {'error': str(e)}", "\t\tapp.logger.exception(\"f failed\")\n\t\treturn {'error': \"internal server error\"}", 1), "\n", "\r\n"),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, fixes := fixed(t, inFolder(t, map[string]string{"app.py": test.before}))
			if got := applied(t, fixes)["app.py"]; got != test.after {
				t.Errorf("got\n%q, want\n%q", got, test.after)
			}
		})
	}
}

func TestAnImportIsAddedOnceAndAfterWhatMustComeFirst(t *testing.T) {
	const route = "\n\n@app.get('/%[1]s')\ndef %[1]s():\n    try:\n        t.put_item(Item={'id': '1'})\n    except Exception as e:\n        return {'error': str(e)}\n"
	head := "#!/usr/bin/env python3\n# coding: utf-8\n\"\"\"A docstring.\"\"\"\nfrom __future__ import annotations\n"
	body := "import boto3\nfrom fastapi import FastAPI\napp = FastAPI()\nt = boto3.resource('dynamodb').Table('a')\n" + fmt.Sprintf(route, "a") + fmt.Sprintf(route, "b")
	_, fixes := fixed(t, inFolder(t, map[string]string{"app.py": head + body}))
	got := applied(t, fixes)["app.py"]
	if !strings.HasPrefix(got, head+"import logging\nimport boto3\n") || strings.Count(got, "import logging") != 1 || strings.Count(got, "logging.exception") != 2 {
		t.Errorf("got\n%s", got)
	}
}

func TestOfOverlappingEditsTheFirstIsMade(t *testing.T) {
	root := inFolder(t, map[string]string{"a.txt": "one two three\n"})
	edit := func(rule, text string, from, to int) finding.Finding {
		f := finding.Finding{Rule: rule}
		e := finding.Edit{New: text}
		e.Path, e.Start.Offset, e.End.Offset, e.Start.Line, e.End.Line = "a.txt", from, to, 1, 1
		f.Mend.Edits = []finding.Edit{e}
		return f
	}
	fixes, err := Fix(t.Context(), Config{Root: root}, []finding.Finding{
		edit("first", "1", 0, 3), edit("inside", "x", 1, 2), edit("across", "y", 2, 6), edit("beside", "3", 8, 13), edit("put", "0 ", 0, 0), edit("put too", "00 ", 0, 0),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := applied(t, fixes)["a.txt"]; got != "0 00 1 two 3\n" {
		t.Errorf("got %q", got)
	}
	var late []string
	for _, f := range fixes.Overlapping {
		late = append(late, f.Rule)
	}
	if !slices.Equal(late, []string{"inside", "across"}) {
		t.Errorf("put off: %v", late)
	}
}

func TestAnEditThatDoesNotCloseItsFindingIsDropped(t *testing.T) {
	root := inFolder(t, map[string]string{"app.py": debugRun + "\n", "other.py": strings.ReplaceAll(debugRun, "True", "True, port=1") + "\n"})
	cfg := Config{Root: root}
	res, err := Scan(t.Context(), cfg)
	if err != nil || len(res.Findings) != 2 {
		t.Fatal(res, err)
	}
	for _, text := range []string{"True ", "(", "True, host='0.0.0.0'"} {
		res.Findings[0].Mend.Edits[0].New = text
		fixes, err := Fix(t.Context(), cfg, res.Findings, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(fixes.Unproven) != 1 || len(fixes.Closed) != 1 || len(fixes.Files) != 1 || fixes.Files[0].Path != "other.py" {
			t.Errorf("%q: %+v", text, fixes)
		}
	}
}

func TestWhatIsLeftOfAFindingIsNarrowedAndNotClosed(t *testing.T) {
	_, fixes := fixed(t, "testdata/fix/policy")
	if len(fixes.Narrowed) != 1 || fixes.Narrowed[0].Rule != "iam-broad-actions" || len(fixes.Closed) != 0 {
		t.Errorf("narrowed %v, closed %v", fixes.Narrowed, fixes.Closed)
	}
}

// TestADiffShowsNoSecret looks for the secrets of a file whose other findings
// stand beside them.
func TestADiffShowsNoSecret(t *testing.T) {
	res, fixes := fixed(t, "testdata/fix/hidden")
	var out bytes.Buffer
	for _, f := range fixes.Files {
		if err := report.Diff(&out, f.Path, f.Text, f.Edits, f.Hidden...); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range res.Findings {
		out.WriteString(f.Mend.Preview)
	}
	for _, secret := range []string{"kd8sJf2nQ0xLw7", "pW83nfKq02hGzt"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("a secret is shown:\n%s", out.String())
		}
	}
	if len(fixes.Secret) != 3 || len(fixes.Closed) != 2 {
		t.Errorf("%d left out, %d closed", len(fixes.Secret), len(fixes.Closed))
	}
}

func TestAFixLeavesAFindingAloneThatIsNotInForce(t *testing.T) {
	root := inFolder(t, map[string]string{"app.py": debugRun + "  # discreet: ignore[debug-mode] -- a demonstration\n"})
	if _, fixes := fixed(t, root); len(fixes.Files) != 0 {
		t.Error("it is fixed")
	}
}
