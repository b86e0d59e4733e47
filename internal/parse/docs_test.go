package parse

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestDocumentedContractsAreWhatTheySay loads every yaml block of the
// reference. One that starts with `contract:` (after comments) is whole, and
// the first is the base: the others replace its sections of the same names.
// Where a block has its own tables or views, the base's views, routes and guard
// that go with others are left out. Together they have every key of the format.
func TestDocumentedContractsAreWhatTheySay(t *testing.T) {
	doc, err := os.ReadFile("../../docs/contract.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)(?:<!-- refused: ([a-z_]+) -->\n)?```yaml\n(.*?)```")
	var base []section
	blocks := block.FindAllStringSubmatch(string(doc), -1)
	used := map[string]bool{}
	for _, m := range blocks {
		code, source := m[1], m[2]
		line := 1 + strings.Count(string(doc[:strings.Index(string(doc), source)]), "\n")
		if strings.Contains(source, "contract: 1\n") {
			base = sections(source)
		} else {
			source = stand(base, sections(source))
		}
		c, problems := Contract("contract.md", []byte(source))
		switch {
		case code == "" && c == nil:
			t.Errorf("contract.md:%d: refused:\n%s", line, problems.Text())
		case code != "" && !hasError(problems, code):
			t.Errorf("contract.md:%d: not refused for %s:\n%s", line, code, problems.Text())
		}
		if code == "" {
			r := &reporter{file: "contract.md", source: []byte(source)}
			usedKeys(used, r.read(), grammar(), "")
		}
	}
	for place := range everyKey(grammar()) {
		if !used[place] {
			t.Errorf("contract.md has no example of %s", place)
		}
	}
}

type section struct{ name, text string }

func sections(source string) []section {
	var out []section
	for _, line := range strings.SplitAfter(source, "\n") {
		if name, _, ok := strings.Cut(line, ":"); ok && name != "" && !strings.ContainsAny(name[:1], " #-") {
			out = append(out, section{name, ""})
		}
		if len(out) > 0 {
			out[len(out)-1].text += line
		}
	}
	return out
}

func stand(base, part []section) string {
	replaced := map[string]string{}
	for _, s := range part {
		replaced[s.name] = s.text
	}
	_, tables := replaced["tables"]
	_, views := replaced["views"]
	var b strings.Builder
	for _, s := range base {
		if tables && s.name == "views" || (tables || views) && s.name == "routes" {
			continue
		}
		if _, ok := replaced[s.name]; !ok {
			b.WriteString(s.text)
		}
	}
	for _, s := range part {
		b.WriteString(s.text)
	}
	return b.String()
}
