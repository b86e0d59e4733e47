package report

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/surface"
)

// oddPaths are names that a file may have, by what a reader must find them under.
var oddPaths = []string{
	"a b/c%20d.py", "a\nb\r\nc.py", `a"b'c.py`, `C:\Users\app.py`, "C:/app.py", "a:b.py", "-x/--fix.py", "a#b?c=d&e;f.py", "[x](y)/{0}.py", "<b>&amp;.py",
	"é/ü\u0308.py", "a\u202eb/\u200b.py", "a\xffb/\xc3\x28.py", "\x00\x1b[31m\x7f\u0085.py", "..", "../up.py", ".", "~/x.py", strings.Repeat("long/", 2000) + "x.py", "\U000e0041.py", "%", "%2e%2e/x.py", "@", "a\u2028b.py",
}

// odd is a report of what a hostile tree may lead to.
func odd() *Report {
	r := &Report{Tool: Tool{Name: "discreet scan", Version: "0.0.0"}, Files: -1, App: &surface.App{}}
	for i, path := range oddPaths {
		text := path + "\x1b]0;title\a\u202e\ufeff [a](http://x) {0} {1}{{2}} \xff"
		l := finding.Location{Path: path, Range: finding.Range{
			Start: finding.Position{Line: i % 3, Column: i % 2, Offset: i}, End: finding.Position{Line: i % 4, Column: i % 5, Offset: i},
		}}
		step := []finding.Step{{Location: l, Text: text}, {Location: finding.Location{Path: path}, Text: ""}}
		r.Findings = append(r.Findings, finding.Finding{
			Rule: path, Severity: finding.Severity(i % 6), Confidence: finding.Confidence(i % 4), Location: l, Title: text, Message: text, Flow: step, Related: step,
			Mend:  finding.Mend{Text: text, Edits: []finding.Edit{{Location: at(path, 1, 1, 1, 1+i), New: text}}, Preview: "-" + path + "\n+\n", Contract: text},
			Group: text, Context: text, Anchor: text, CWEs: []finding.CWE{finding.CWE(i), -1}, Suppressed: text[:i%2],
		})
		r.Notices = append(r.Notices, finding.Notice{Location: l, Text: text})
		r.App.Routes = append(r.App.Routes, surface.Route{Title: text, Path: path, Function: text, Location: l, Accesses: []surface.Access{{Table: path, Operation: text, Location: l}}})
		r.App.Tables = append(r.App.Tables, surface.Table{Name: path, Location: l, Fields: []surface.Field{{Name: text, Location: l}}})
	}
	finding.Identify(r.Findings)
	return r
}

func TestNoFormPassesOnWhatActsOrHidesWhateverTheTreeIs(t *testing.T) {
	for name, f := range map[string]func(io.Writer, *Report) error{"text": text(TextOptions{All: true}), "sarif": SARIF, "json": JSON, "html": html(HTMLOptions{})} {
		out := write(t, f, odd())
		if i := bytes.IndexFunc(out, func(r rune) bool { return r != '\n' && unprintable(r) }); i >= 0 {
			t.Errorf("%s: …%q…", name, out[max(0, i-60):min(len(out), i+20)])
		}
		if (name == "json" || name == "sarif") && !json.Valid(out) {
			t.Errorf("%s is no JSON", name)
		}
	}
}

// TestAURIIsThePathItself resolves SARIF's URIs as its section 3.4.4 has it, and
// wants the bytes of the path again, below the folder.
func TestAURIIsThePathItself(t *testing.T) {
	base, err := url.Parse("file:///src/")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range oddPaths {
		if strings.HasPrefix(path, "..") || path == "." {
			continue // means another folder
		}
		u, err := base.Parse(artifact(path).URI)
		if err != nil {
			t.Errorf("%q: %v", path, err)
			continue
		}
		if u.Scheme != "file" || u.Host != "" || u.Path != "/src/"+path || u.RawQuery != "" || u.Fragment != "" {
			t.Errorf("%q is %q, which is %q", path, artifact(path).URI, u)
		}
		for _, c := range artifact(path).URI {
			if c <= ' ' || c >= 0x7f || strings.ContainsRune("\"<>\\^`{|}", c) { // RFC 3986, section 2
				t.Errorf("%q: %q has %q", path, artifact(path).URI, c)
			}
		}
	}
}
