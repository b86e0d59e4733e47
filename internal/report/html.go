package report

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
)

//go:embed html
var htmlFiles embed.FS

// HTMLOptions says what a page cannot read out of the findings.
type HTMLOptions struct {
	FailOn Threshold // what fails the run: the page's first words
}

// What a page holds at most: a browser on a phone must be able to open it. What
// is left out is counted on the page.
const (
	maxHTMLFindings = 2000
	maxHTMLNotices  = 500
	maxHTMLSteps    = 50   // of a flow
	maxHTMLText     = 4000 // characters of a message, a mend or its contract
	maxHTMLName     = 200  // characters of a name, a title or a path
)

// HTML writes the report as one page that needs nothing besides: no network, no
// script (a small one filters, where it may run), no colour. Its own
// Content-Security-Policy lets in the page's style and script by their hashes,
// and nothing else. First the verdict; then, where the report has an app, the
// map: routes on one side, tables and attributes on the other, the flows between
// them; then the findings by route.
//
// The page holds no line of the scanned source but what a mend would put there.
func HTML(w io.Writer, r *Report, o HTMLOptions) error {
	t, err := template.ParseFS(htmlFiles, "html/*.tmpl")
	if err != nil {
		return fmt.Errorf("the page's template: %w", err)
	}
	p := newHTMLPage(r, o)
	for name, text := range map[string]*string{"report.css": (*string)(&p.Style), "report.js": (*string)(&p.Script)} {
		raw, err := htmlFiles.ReadFile("html/" + name)
		if err != nil {
			return err
		}
		*text = string(raw)
	}
	p.Policy = htmlPolicy(string(p.Style), string(p.Script))
	b := bufio.NewWriter(w)
	if err := t.ExecuteTemplate(b, "page.tmpl", p); err != nil {
		return err
	}
	return b.Flush()
}

// htmlPolicy is the page's Content-Security-Policy.
// https://www.w3.org/TR/CSP3/#external-hash
func htmlPolicy(style, script string) string {
	return fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'", sourceHash(style), sourceHash(script))
}

func sourceHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// htmlPage is what the templates read. All text in it is clean, and they escape it.
type htmlPage struct {
	Policy string
	Style  template.CSS
	Script template.JS

	Tool, Version string
	Fails         bool
	Verdict       string
	Counts        []htmlCount
	Facts         []string

	Map      *htmlMap // nil without an app
	Groups   []htmlGroup
	Policies []htmlGroup // matters of policy
	Folded   []htmlGroup // suppressed, and in the baseline
	NFolded  int
	NPolicy  int
	Left     int // findings that the page has no room for
	Open     bool
	Severity []string // for the filter, the worst first
	Rules    []htmlRule
	Notices  []htmlStep
	NNotices int
}

// htmlCount is how many findings in force have a severity.
type htmlCount struct {
	Severity string
	N        int
}

type htmlRule struct {
	ID, Title, Summary, Page string
	Weaknesses               []finding.CWE
}

func newHTMLPage(r *Report, o HTMLOptions) *htmlPage {
	findings, notices := r.sorted()
	p := &htmlPage{
		Tool: name(r.Tool.Name), Version: name(r.Tool.Version),
		Fails: Fails(findings, o.FailOn), NNotices: len(notices),
	}
	p.sum(r, findings, o.FailOn)
	routes := newRouteIndex(r.App, findings)
	b := htmlBuilder{r: r, routes: routes}
	b.findings(p, findings)
	if r.App != nil && (len(r.App.Routes) > 0 || len(r.App.Tables) > 0 || len(r.App.Elsewhere) > 0) {
		p.Map = newHTMLMap(r.App, routes, b.sections)
		p.Facts = append(p.Facts, p.Map.facts(r.App)...)
	}
	for i := range r.Rules {
		if rule := &r.Rules[i]; b.rules[rule.ID] {
			p.Rules = append(p.Rules, htmlRule{rule.ID, name(rule.Title), long(rule.Summary), rule.HelpURI, rule.CWEs})
		}
	}
	for _, n := range notices[:min(len(notices), maxHTMLNotices)] {
		p.Notices = append(p.Notices, htmlStep{name(place(n.Location)), long(n.Text)})
	}
	return p
}

// sum writes the page's first words.
func (p *htmlPage) sum(r *Report, findings []finding.Finding, on Threshold) {
	var in [finding.Critical + 1]int
	failing := 0
	for i := range findings {
		f := &findings[i]
		if !f.InForce() || f.Confidence == finding.Tentative {
			continue
		}
		in[min(f.Severity, finding.Critical)]++
		if !on.Never && f.Severity >= on.Severity {
			failing++
		}
	}
	c := r.Count()
	above := on.Severity.String() + " or above"
	if on.Severity == finding.Critical {
		above = on.Severity.String()
	}
	switch {
	case failing == 1:
		p.Verdict = "Fails: 1 finding is " + above
	case failing > 1 && failing == c.InForce-c.Policy:
		p.Verdict = fmt.Sprintf("Fails: %d findings", failing)
	case failing > 1:
		p.Verdict = fmt.Sprintf("Fails: %d findings are %s", failing, above)
	case c.InForce == 0:
		p.Verdict = "Passes: nothing found"
	case on.Never:
		p.Verdict = "Passes: nothing was asked to fail"
	default:
		p.Verdict = "Passes: no finding is " + above
	}
	for s := finding.Critical; ; s-- {
		p.Severity = append(p.Severity, s.String())
		if in[s] > 0 {
			p.Counts = append(p.Counts, htmlCount{s.String(), in[s]})
		}
		if s == finding.Advice {
			break
		}
	}
	for _, fact := range []struct {
		n         int
		one, many string
	}{
		{c.Policy, "matter of policy", "matters of policy"},
		{c.Known, "in the baseline", "in the baseline"},
		{c.Suppressed, "suppressed", "suppressed"},
		{c.Notices, "notice", "notices"},
	} {
		if fact.n > 0 {
			p.Facts = append(p.Facts, count(fact.n, fact.one, fact.many))
		}
	}
	p.Facts = append(p.Facts, count(c.Files, "file", "files")+" read")
}

// name is a short text of the tree for one line of a page.
func name(s string) string { return cut(clean(cut(s, maxHTMLName)), maxHTMLName) }

// long is a paragraph.
func long(s string) string { return cut(clean(cut(s, maxHTMLText)), maxHTMLText) }

// block is text of several lines.
func block(s string) string {
	var b strings.Builder
	for line := range strings.Lines(cut(s, maxHTMLText)) {
		b.WriteString(clean(strings.ReplaceAll(strings.TrimRight(line, "\r\n"), "\t", "    ")))
		b.WriteByte('\n')
	}
	return b.String()
}

// cut shortens a text to a number of characters.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
