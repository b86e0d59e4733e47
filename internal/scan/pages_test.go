package scan

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/discreet-dev/discreet/docs/rules"
	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/parse"
)

// found are the ids of the rules that find something in files, by name.
func found(t *testing.T, files map[string]string, c *contract.Contract) []string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		full := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	res, err := Scan(t.Context(), Config{Root: root, Contract: c})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range res.Findings {
		if !slices.Contains(out, f.Rule) {
			out = append(out, f.Rule)
		}
	}
	for _, n := range res.Notices {
		t.Errorf("%s:%d: %s", n.Path, n.Start.Line, n.Text)
	}
	return out
}

// example are the fenced files below a heading of a page.
func example(page, heading string) map[string]string {
	_, rest, _ := strings.Cut(page, "\n## "+heading+"\n")
	rest, _, _ = strings.Cut(rest, "\n## ")
	out := map[string]string{}
	for fence, name := range map[string]string{"```python\n": "app.py", "```yaml\n": "serverless.yml"} {
		if _, text, ok := strings.Cut(rest, fence); ok {
			out[name], _, _ = strings.Cut(text, "```")
		}
	}
	return out
}

// pageContract is the contract of a page whose rule needs one, else nil.
func pageContract(t *testing.T, page string) *contract.Contract {
	t.Helper()
	_, text, ok := strings.Cut(page, "```yaml\ncontract: 1\n")
	if !ok {
		return nil
	}
	text, _, _ = strings.Cut(text, "```")
	c, problems := parse.Contract("discreet.yaml", []byte("contract: 1\n"+text))
	if c == nil {
		t.Fatal(problems.Text())
	}
	return c
}

func TestTheExamplesOfEveryPageHold(t *testing.T) {
	for _, r := range Rules() {
		if r.ID == "bad-suppression" {
			continue // report's own, without a page
		}
		t.Run(r.ID, func(t *testing.T) {
			text, err := rules.Pages.ReadFile(r.ID + ".md")
			if err != nil {
				t.Fatal("the rule has no page: ", err)
			}
			if !strings.HasPrefix(string(text), "# "+r.Title+"\n") {
				t.Errorf("the page's title is not %q", r.Title)
			}
			if r.Summary == "" || len(r.CWEs) == 0 {
				t.Error("no summary, or no weakness")
			}
			for _, c := range r.CWEs {
				if !strings.Contains(string(text), "["+c.String()+"]("+c.URL()+"): "+c.Name()+"\n") || c.Name() == c.String() {
					t.Errorf("the page does not name %v by its name", c)
				}
			}
			bad, good, c := example(string(text), "Bad"), example(string(text), "Good"), pageContract(t, string(text))
			if got := found(t, bad, c); !slices.Contains(got, r.ID) {
				t.Errorf("the bad example gives %v", got)
			}
			allowed := []string{"raw-item", "missing-projection"}
			for _, id := range found(t, good, c) {
				if id == r.ID || r.ID != "missing-projection" || !slices.Contains(allowed, id) {
					t.Errorf("the good example gives %s", id)
				}
			}
		})
	}
}

func TestNoPageIsWithoutARule(t *testing.T) {
	pages, err := rules.Pages.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	all := Rules()
	for _, p := range pages {
		id := strings.TrimSuffix(p.Name(), ".md")
		if !slices.ContainsFunc(all, func(r finding.Rule) bool { return r.ID == id }) {
			t.Errorf("docs/rules/%s is no rule's", p.Name())
		}
	}
}
