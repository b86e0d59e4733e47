package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/finding"
)

func html(o HTMLOptions) func(io.Writer, *Report) error {
	return func(w io.Writer, r *Report) error { return HTML(w, r, o) }
}

var (
	styleText  = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
	scriptText = regexp.MustCompile(`(?s)<script>(.*?)</script>`)
	policyText = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)"/>`)
)

// bare is a page without its style, its script and their hashes.
func bare(page []byte) []byte {
	page = styleText.ReplaceAll(page, []byte("<style></style>"))
	page = scriptText.ReplaceAll(page, []byte("<script></script>"))
	return policyText.ReplaceAll(page, nil)
}

func TestGoldenPages(t *testing.T) {
	golden(t, "app.html", bare(write(t, html(HTMLOptions{FailOn: Threshold{Severity: finding.High}}), exampleApp())))
	golden(t, "report.html", bare(write(t, html(HTMLOptions{}), example())))
	golden(t, "empty.html", bare(write(t, html(HTMLOptions{}), &Report{Tool: Tool{Name: "discreet iam audit"}})))
}

func TestThePolicyHasTheHashesOfTheStyleAndTheScriptAndLetsInNothingElse(t *testing.T) {
	page := string(write(t, html(HTMLOptions{}), exampleApp()))
	policy := policyText.FindStringSubmatch(page)
	if policy == nil {
		t.Fatal("no policy")
	}
	got := strings.NewReplacer("&#39;", "'", "&#43;", "+").Replace(policy[1])
	want := htmlPolicy(styleText.FindStringSubmatch(page)[1], scriptText.FindStringSubmatch(page)[1])
	if got != want || !strings.HasPrefix(want, "default-src 'none'; style-src 'sha256-") || strings.Contains(got, "unsafe") {
		t.Errorf("policy %s, want %s", got, want)
	}
	for _, other := range []string{" style=", "<link", "@import", "url(", " onclick", "<img", "<iframe"} {
		if strings.Contains(page, other) {
			t.Errorf("the page has %q", other)
		}
	}
}

func TestWhatAPageLinksToIsOnItOrIsDocumentation(t *testing.T) {
	page := write(t, html(HTMLOptions{}), exampleApp())
	ids, links := map[string]bool{}, 0
	for _, e := range elements(t, page) {
		for _, a := range e.Attr {
			if a.Name.Local != "id" {
				continue
			}
			if ids[a.Value] {
				t.Errorf("two elements are %q", a.Value)
			}
			ids[a.Value] = true
		}
	}
	for _, e := range elements(t, page) {
		for _, a := range e.Attr {
			if a.Name.Local != "href" && a.Name.Local != "aria-labelledby" {
				continue
			}
			links++
			target := strings.TrimPrefix(a.Value, "#")
			if !ids[target] && !strings.HasPrefix(a.Value, "https://cwe.mitre.org/data/definitions/") && !strings.HasPrefix(a.Value, "https://example.com/") {
				t.Errorf("%s leads nowhere: %s", e.Name.Local, a.Value)
			}
		}
	}
	if links < 50 {
		t.Errorf("only %d links", links)
	}
}

func TestAPageSaysFirstWhatFails(t *testing.T) {
	tests := []struct {
		findings []finding.Severity
		on       string
		want     string
	}{
		{nil, "low", "Passes: nothing found"},
		{[]finding.Severity{finding.High}, "low", "Fails: 1 finding is low or above"},
		{[]finding.Severity{finding.High, finding.Advice}, "critical", "Passes: no finding is critical"},
		{[]finding.Severity{finding.High, finding.High, finding.Advice}, "high", "Fails: 2 findings are high or above"},
		{[]finding.Severity{finding.High, finding.High}, "high", "Fails: 2 findings"},
		{[]finding.Severity{finding.Critical}, "never", "Passes: nothing was asked to fail"},
	}
	for _, test := range tests {
		on, err := ParseThreshold(test.on)
		if err != nil {
			t.Fatal(err)
		}
		r := &Report{}
		for _, s := range test.findings {
			r.Findings = append(r.Findings, finding.Finding{Severity: s, Confidence: finding.Certain})
		}
		page := newHTMLPage(r, HTMLOptions{FailOn: on})
		if page.Verdict != test.want || page.Fails != Fails(r.Findings, on) {
			t.Errorf("%v, fail on %s: %q, fails %v; want %q", test.findings, test.on, page.Verdict, page.Fails, test.want)
		}
	}
}

func TestAPageLeavesOutNoMoreThanItSays(t *testing.T) {
	r := largeApp(2*maxRoutes, 40, maxHTMLFindings+77)
	page := newHTMLPage(r, HTMLOptions{})
	shown := 0
	for _, g := range page.Groups {
		shown += len(g.Findings)
		for _, f := range g.Findings {
			if f.Severity == "advice" && page.Left > 0 && page.Counts[0].Severity != "critical" {
				t.Fatal("the worst do not come first")
			}
		}
	}
	if shown != maxHTMLFindings || page.Left != 77 || page.Map.Left != maxRoutes {
		t.Errorf("%d findings, %d left out, %d routes left out", shown, page.Left, page.Map.Left)
	}
	raw := write(t, html(HTMLOptions{}), r)
	if len(raw) > 12<<20 {
		t.Errorf("%d bytes", len(raw))
	}
	if !bytes.Contains(raw, []byte("77 more findings are left out")) || !bytes.Contains(raw, []byte("600 more routes are left out")) {
		t.Error("the page does not say what it leaves out")
	}
}

func TestALongNameIsCutAndNoCharacterBroken(t *testing.T) {
	page := write(t, html(HTMLOptions{}), named(strings.Repeat("é", 1<<20)))
	if !utf8.Valid(page) || len(page) > 1<<19 {
		t.Errorf("%d bytes, valid %v", len(page), utf8.Valid(page))
	}
}

func TestNamesThatAreCutAlikeStandInOneOrder(t *testing.T) {
	r := named(strings.Repeat("x", 2*maxHTMLName))
	want := write(t, html(HTMLOptions{}), r)
	for range 50 {
		if !bytes.Equal(write(t, html(HTMLOptions{}), r), want) {
			t.Fatal("one report made two pages")
		}
	}
}

func TestWhatStandsInTheSourceNowIsNotOnThePage(t *testing.T) {
	r := example()
	r.Findings[0].Mend.Edits = []finding.Edit{{Location: at("a.py", 4, 1, 4, 30)}, {Location: at("a.py", 5, 1, 5, 1), New: "import os\n"}}
	page := string(write(t, html(HTMLOptions{}), r))
	for _, want := range []string{`Delete <code class="place">a.py:4:1 to 4:30</code>`, `In place of <code class="place">a.py:5:1</code>`, "import os\n"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestAnEditIsShownWithoutTheIndentOfItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		"a":                               "a\n",
		"{\n        x,\n\n      y\n    }": "{\n    x,\n\n  y\n}\n",
		"if a:\n\tb\n\t\tc\n":             "if a:\nb\n    c\n",
		"":                                "\n",
	} {
		if got := block(outdent(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// attack is a name that a tree may hold to break out of the page, or to deceive.
const attack = `</script></style><img src=x onerror=alert(1)>'"` + "`\x1b]0;\u202e\x00{{.}}]]>&lt;<!--javascript:alert(1)"

func TestNoTextOfTheTreeBecomesMarkup(t *testing.T) {
	want := skeleton(elements(t, write(t, html(HTMLOptions{}), named("x"))))
	for _, text := range []string{attack, `" autofocus onfocus=alert(1) x="`, "javascript:alert(1)", "-->", "\xff\xfe", "日本", "#findings"} {
		if got := skeleton(elements(t, write(t, html(HTMLOptions{}), named(text)))); got != want {
			t.Errorf("%q changed the page's elements", text)
		}
	}
}

func FuzzNoTextOfTheTreeBecomesMarkup(f *testing.F) {
	f.Add(attack)
	f.Add("a\r\nb\t\v\f")
	want := ""
	f.Fuzz(func(t *testing.T, text string) {
		if want == "" {
			want = skeleton(elements(t, write(t, html(HTMLOptions{}), named("x"))))
		}
		// No text, no element; a star is the whole item; a line of a block is one.
		text = "x" + strings.Map(func(r rune) rune {
			if r == '\n' || r&0xfffe == 0xfffe { // XML, which checks here, has no noncharacters
				return '_'
			}
			return r
		}, text)
		if got := skeleton(elements(t, write(t, html(HTMLOptions{}), named(text)))); got != want {
			t.Errorf("%q changed the page's elements", text)
		}
	})
}

// elements are a page's, which is written so that a strict XML parser reads it.
func elements(t *testing.T, page []byte) []xml.StartElement {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(bare(page)))
	var out []xml.StartElement
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("the page is not well-formed: %v", err)
		}
		if e, ok := token.(xml.StartElement); ok {
			out = append(out, e.Copy())
		}
	}
}

// skeleton is the names of elements and of their attributes.
func skeleton(elements []xml.StartElement) string {
	var b strings.Builder
	for _, e := range elements {
		b.WriteString("<" + e.Name.Local)
		for _, a := range e.Attr {
			b.WriteString(" " + a.Name.Local)
		}
	}
	return b.String()
}

func TestTheTextsOfAPageHaveContrastEnough(t *testing.T) {
	css, err := htmlFiles.ReadFile("html/report.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, _ := strings.Cut(string(css), "prefers-color-scheme: dark")
	for scheme, text := range map[string]string{"light": light, "dark": dark} {
		colors := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z]+): #([0-9a-f]{6});`).FindAllStringSubmatch(text, -1) {
			colors[m[1]] = luminance(t, m[2])
		}
		for _, name := range []string{"text", "soft", "link", "critical", "high", "medium", "low", "advice", "secret"} {
			for _, behind := range []string{"page", "panel"} {
				a, b := colors[name], colors[behind]
				if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 { // WCAG 2.2, 1.4.3
					t.Errorf("%s: %s on %s: %.1f", scheme, name, behind, ratio)
				}
			}
		}
	}
}

func TestTheFilterKnowsEverySeverity(t *testing.T) {
	page := newHTMLPage(&Report{}, HTMLOptions{})
	if want := []string{"critical", "high", "medium", "low", "advice"}; !slices.Equal(page.Severity, want) {
		t.Errorf("%v", page.Severity)
	}
}

// luminance is a color's relative luminance, as WCAG 2.2 defines it.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	linear := func(c uint64) float64 {
		v := float64(c&0xff) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}
