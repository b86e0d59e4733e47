package scan

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestFingerprintsStayWhereTheCodeOnlyLooksOther holds what docs/scan.md
// promises of baselines: lines above, another function, the width of an indent,
// broken lines and line ends change no fingerprint.
func TestFingerprintsStayWhereTheCodeOnlyLooksOther(t *testing.T) {
	compared := 0
	for _, x := range loadFixtures(t) {
		edited := map[string][]byte{}
		for name, text := range x.files {
			if filepath.Ext(name) == ".py" && !strings.Contains(text, "discreet:") {
				edited[name] = []byte(reformatted(text))
			}
		}
		before, after := fingerprints(t, Config{Root: x.root}), fingerprints(t, Config{Root: x.root, edited: edited})
		for _, f := range slices.Sorted(maps.Keys(before)) {
			if compared++; after[f] == "" {
				t.Errorf("%s: lost: %s", x.root, before[f])
			}
		}
		for _, f := range slices.Sorted(maps.Keys(after)) {
			if before[f] == "" {
				t.Errorf("%s: new: %s", x.root, after[f])
			}
		}
	}
	if compared < 100 {
		t.Errorf("%d findings were compared", compared)
	}
}

var (
	want   = regexp.MustCompile(`(?m) *# want .*$`)
	indent = regexp.MustCompile(`(?m)^(?: {4})+`)
	call   = regexp.MustCompile(`(?m)^([^#"'\n]*\w\()([^()#"'\n]+)(\)[^#"'\n]*)$`)
)

// reformatted is a text as another formatter, and another editor, would have it.
func reformatted(text string) string {
	text = want.ReplaceAllString(text, "")
	text = call.ReplaceAllString(text, "$1\n                $2,\n        $3")
	text = strings.ReplaceAll(text, "(\n                ,\n", "(\n")
	text = indent.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat("\t", len(s)/4) })
	text += "\n\ndef entirely_unrelated(a, b):\n\treturn a + b\n"
	if !strings.Contains(text, "from __future__") {
		text = "# A licence\n# of two lines\n\nimport this\n\n\n" + text
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
}

func fingerprints(t *testing.T, cfg Config) map[string]string {
	t.Helper()
	res, err := Scan(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range res.Findings {
		out[f.Fingerprint] = strings.Join([]string{f.Rule, f.Path, f.Context, f.Anchor}, " ")
	}
	return out
}

// TestFingerprintsChangeWithTheFileAndTheFunction is the other half: what was
// accepted in one place is not accepted in another.
func TestFingerprintsChangeWithTheFileAndTheFunction(t *testing.T) {
	const second = "\n\n@app.route(\"/others\")\ndef others():\n    return table.scan()[\"Items\"]\n"
	was := fingerprints(t, Config{Root: plant(t, map[string]string{"app.py": leaky + second})})
	same := func(cfg Config) (n int) {
		for f := range fingerprints(t, cfg) {
			if was[f] != "" {
				n++
			}
		}
		return n
	}
	if n := same(Config{Root: plant(t, map[string]string{"web.py": leaky + second})}); n != 0 {
		t.Errorf("%d of %d stay when the file is moved", n, len(was))
	}
	if n := same(Config{Root: plant(t, map[string]string{"app.py": leaky + second}), Prefix: "services"}); n != 0 {
		t.Errorf("%d of %d stay when the scan begins elsewhere", n, len(was))
	}
	if n := same(Config{Root: plant(t, map[string]string{"app.py": leaky + strings.ReplaceAll(second, "others():", "rest():")})}); n == 0 || n == len(was) {
		t.Errorf("%d of %d stay when one of two functions is renamed", n, len(was))
	}
}
