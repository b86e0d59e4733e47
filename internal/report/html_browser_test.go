//go:build outside

package report

import (
	"math"
	"testing"
	"time"
)

var (
	phone  = screen{width: 360, height: 800}
	tablet = screen{width: 768, height: 1024}
	desk   = screen{width: 1400, height: 900}
)

func TestThePageInABrowserFitsEveryScreenWithoutAFault(t *testing.T) {
	b := startBrowser(t)
	fits := func(page string, r *Report, screens map[string]screen) {
		raw := write(t, html(HTMLOptions{}), r)
		for name, s := range screens {
			b.open(raw, s, "")
			b.picture(page + ", " + name)
			if wide := eval[int](b, "document.documentElement.scrollWidth"); wide > s.width {
				t.Errorf("%s on %s: %d pixels wide", page, name, wide)
			}
			for _, fault := range b.faults {
				t.Errorf("%s on %s: %s", page, name, fault)
			}
		}
	}
	all := map[string]screen{"phone": phone, "tablet": tablet, "desk": desk}
	for page, r := range map[string]*Report{
		"app": exampleApp(), "no app": example(), "empty": {}, "large": largeApp(200, 50, 300), "hostile": named(attack + string(make([]byte, 20_000))),
	} {
		fits(page, r, all)
	}
	darkPhone, darkDesk, quiet := phone, desk, phone
	darkPhone.dark, darkDesk.dark, quiet.noScript = true, true, true
	fits("app", exampleApp(), map[string]screen{
		"phone, dark": darkPhone, "desk, dark": darkDesk, "phone, no script": quiet, "paper": {width: 720, height: 1000, print: true},
	})
}

func TestThePageInABrowserRunsNoMarkupOfTheTree(t *testing.T) {
	b := startBrowser(t)
	b.open(write(t, html(HTMLOptions{}), named(attack)), desk, "")
	if n := eval[int](b, "document.images.length + document.scripts.length + document.styleSheets.length"); n != 2 {
		t.Errorf("%d images, scripts and styles", n)
	}
	if title := eval[string](b, `document.querySelector(".finding h4").textContent`); len(title) < len(attack) {
		t.Errorf("the title is not all there: %s", title)
	}
	// The page's policy holds even for what gets in all the same.
	refused := `new Promise(done => {
		let n = 0;
		document.addEventListener("securitypolicyviolation", () => { if (++n === 4) done(n); });
		setTimeout(() => done(n), 5000);
		const image = document.createElement("img"); image.src = "https://example.com/x"; document.body.append(image);
		const script = document.createElement("script"); script.textContent = "document.title = 'run'"; document.body.append(script);
		const style = document.createElement("p"); style.setAttribute("style", "color: red"); document.body.append(style);
		fetch("https://example.com/y").catch(() => {});
	})`
	if n := eval[int](b, refused); n != 4 {
		t.Errorf("the policy refused %d of 4", n)
	}
	if eval[string](b, "document.title") == "run" {
		t.Error("a script that was put in ran")
	}
}

// TestTheMapInABrowserDrawsEachFlowToItsRow holds the style sheet's heights
// against the geometry of the lines.
func TestTheMapInABrowserDrawsEachFlowToItsRow(t *testing.T) {
	b := startBrowser(t)
	offsets := `[...document.querySelectorAll(".figure")].flatMap(figure => [...figure.querySelectorAll(".lines g")].flatMap(g => {
		const line = g.querySelector(".line"), at = line.getScreenCTM();
		const y = point => at.b * point.x + at.d * point.y + at.f, x = point => at.a * point.x + at.e;
		const from = line.getPointAtLength(0), to = line.getPointAtLength(line.getTotalLength());
		const middle = r => r.top + r.height / 2;
		const route = g.closest(".route").getBoundingClientRect();
		const row = [...figure.querySelectorAll(".field")].find(f => f.dataset.key === g.dataset.key);
		const out = [y(from) - middle(route) - (g.classList.contains("write") ? 8 : 0), Math.min(0, x(from) - route.right)];
		if (row) out.push(y(to) - middle(row.getBoundingClientRect()), Math.min(0, row.getBoundingClientRect().left - x(to)));
		return out;
	}))`
	for _, r := range []*Report{exampleApp(), largeApp(60, 9, 20)} {
		for _, s := range []screen{tablet, desk} {
			b.open(write(t, html(HTMLOptions{}), r), s, "")
			if n := eval[int](b, `document.querySelectorAll(".lines g[data-key]").length`); n < 10 {
				t.Errorf("%d lines", n)
			}
			eval[bool](b, `document.querySelectorAll("details").forEach(d => d.open = true), true`)
			for _, off := range eval[[]float64](b, offsets) {
				if math.Abs(off) > 1.5 {
					t.Errorf("%d wide: a line ends %.1f pixels beside its row", s.width, off)
					break
				}
			}
		}
	}
}

func TestARouteInABrowserHighlightsItsFlowsWithoutAScript(t *testing.T) {
	b := startBrowser(t)
	s := desk
	s.noScript = true
	page := write(t, html(HTMLOptions{}), exampleApp())
	seen := `[...document.querySelectorAll(".route .lines")].map(l => +getComputedStyle(l).opacity)`
	b.open(page, s, "")
	for _, opacity := range eval[[]float64](b, seen) {
		if opacity != 1 {
			t.Errorf("opacity %.2f before anything is selected", opacity)
		}
	}
	b.open(page, s, "r3")
	bright := 0
	for _, opacity := range eval[[]float64](b, seen) {
		if opacity == 1 {
			bright++
		}
	}
	if bright != 1 {
		t.Errorf("the flows of %d routes stand out", bright)
	}
	b.picture("selected")
	if eval[bool](b, `!document.getElementById("filter").hidden`) {
		t.Error("a filter that cannot work is shown")
	}
}

func TestThePhoneInABrowserGetsACardForEachRoute(t *testing.T) {
	b := startBrowser(t)
	b.open(write(t, html(HTMLOptions{}), exampleApp()), phone, "")
	if n := eval[int](b, `[...document.querySelectorAll(".lines, .figure > .tables")].filter(e => e.checkVisibility()).length`); n != 0 {
		t.Errorf("%d parts of the figure are shown", n)
	}
	if n := eval[int](b, `[...document.querySelectorAll(".route .flows li")].filter(e => e.checkVisibility() && e.getBoundingClientRect().width > 200).length`); n != 11 {
		t.Errorf("%d flows are listed, want 11", n)
	}
}

func TestTheFilterInABrowserShowsWhatFits(t *testing.T) {
	b := startBrowser(t)
	b.open(write(t, html(HTMLOptions{}), exampleApp()), phone, "")
	fill := func(words, rule string, without ...string) string {
		b.call("Runtime.evaluate", map[string]any{"expression": `document.querySelectorAll("details").forEach(d => d.open = true)`}, nil)
		eval[bool](b, `(() => { const f = document.getElementById("filter"); f.reset(); return true })()`)
		for _, s := range without {
			eval[bool](b, `document.querySelector("#filter [value=`+s+`]").checked = false`)
		}
		eval[bool](b, `(() => { const f = document.getElementById("filter"); f.words.value = "`+words+`"; f.rule.value = "`+rule+`"; f.dispatchEvent(new Event("input", { bubbles: true })); return true })()`)
		return eval[string](b, `[...document.querySelectorAll(".finding")].filter(e => e.checkVisibility()).map(e => e.dataset.rule).join(" ") + "; " + document.getElementById("shown").textContent`)
	}
	tests := []struct {
		words, rule string
		without     []string
		want        string
	}{
		{"", "", nil, "client-identity raw-item clear unscoped no-place missing-projection raw-item raw-item raw-item; "},
		{"", "raw-item", nil, "raw-item raw-item raw-item raw-item; 4 of 9 findings shown"},
		{"PASSWORD  clear", "", nil, "clear; 1 of 9 findings shown"},
		{"/orders", "", nil, "unscoped; 1 of 9 findings shown"},
		{"", "", []string{"high", "low", "advice"}, "client-identity clear; 2 of 9 findings shown"},
		{"nothing like it", "", nil, "; 0 of 9 findings shown"},
	}
	for _, test := range tests {
		if got := fill(test.words, test.rule, test.without...); got != test.want {
			t.Errorf("%q, rule %q, without %v: %s\nwant %s", test.words, test.rule, test.without, got, test.want)
		}
		headings := eval[int](b, `[...document.querySelectorAll(".group")].filter(g => g.checkVisibility() && ![...g.querySelectorAll(".finding")].some(e => e.checkVisibility())).length`)
		if headings != 0 {
			t.Errorf("%d headings stand over nothing", headings)
		}
	}
	if len(b.faults) > 0 {
		t.Error(b.faults)
	}
}

func TestAnAttributeInABrowserHighlightsItsLines(t *testing.T) {
	b := startBrowser(t)
	b.open(write(t, html(HTMLOptions{}), exampleApp()), desk, "")
	found := eval[[]float64](b, `(() => {
		const field = [...document.querySelectorAll(".field")].find(f => f.textContent.includes("total"));
		field.dispatchEvent(new PointerEvent("pointerenter"));
		return [...field.closest(".figure").querySelectorAll(".lines g")].map(g => +getComputedStyle(g).opacity);
	})()`)
	bright := 0
	for _, opacity := range found {
		if opacity == 1 {
			bright++
		}
	}
	if bright != 2 { // of GET /orders and of GET /me/orders
		t.Errorf("%d lines of %d stand out", bright, len(found))
	}
}

func TestThePageInABrowserHasOneTreeOfHeadingsAndNamesItsParts(t *testing.T) {
	b := startBrowser(t)
	b.open(write(t, html(HTMLOptions{}), exampleApp()), desk, "")
	levels := eval[[]int](b, `[...document.querySelectorAll("h1, h2, h3, h4")].map(h => +h.tagName[1])`)
	for i, level := range levels {
		if i == 0 && level != 1 || i > 0 && (level == 1 || level > levels[i-1]+1) {
			t.Errorf("heading %d is of level %d: %v", i, level, levels)
			break
		}
	}
	if bad := eval[string](b, `[...document.querySelectorAll("input, select")].filter(e => !e.labels.length).map(e => e.name).join()`); bad != "" {
		t.Errorf("without a label: %s", bad)
	}
	if bad := eval[int](b, `[...document.querySelectorAll("svg")].filter(e => e.getAttribute("aria-hidden") !== "true").length`); bad != 0 {
		t.Errorf("%d drawings are read out", bad)
	}
	// The list that a reader hears in place of the figure is there.
	if text := eval[string](b, `document.getElementById("r2").innerText`); len(text) < 40 {
		t.Errorf("the route's flows in words: %q", text)
	}
}

func TestTwoThousandFindingsInABrowserOpen(t *testing.T) {
	b := startBrowser(t)
	page := write(t, html(HTMLOptions{}), largeApp(300, 60, maxHTMLFindings))
	begun := time.Now()
	b.open(page, phone, "")
	if n := eval[int](b, `document.querySelectorAll(".finding").length`); n != maxHTMLFindings {
		t.Errorf("%d findings", n)
	}
	eval[int](b, "document.documentElement.scrollHeight")
	t.Logf("%d bytes, open after %v", len(page), time.Since(begun))
	begun = time.Now()
	eval[bool](b, `(() => { const f = document.getElementById("filter"); f.words.value = "finding 77"; f.dispatchEvent(new Event("input")); return true })()`)
	if n := eval[int](b, `document.querySelectorAll(".finding:not([hidden])").length`); n == 0 || n == maxHTMLFindings {
		t.Errorf("%d findings fit", n)
	}
	t.Logf("filtered in %v", time.Since(begun))
}
