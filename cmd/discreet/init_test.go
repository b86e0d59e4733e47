package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestTheDocumentedContractIsWhatInitWritesOfTheDocumentedApp(t *testing.T) {
	text, err := os.ReadFile("../../docs/init.md")
	if err != nil {
		t.Fatal(err)
	}
	block := func(language string) string {
		m := regexp.MustCompile("(?ms)^```" + language + "\n(.*?)^```").FindSubmatch(text)
		if m == nil {
			t.Fatalf("no %s in docs/init.md", language)
		}
		return string(m[1])
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("app.py", []byte(block("python")), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := ended(t, "init", "--from-code", "app.py")
	if code != exitOK || errs != "" {
		t.Fatalf("exit %d, %s", code, errs)
	}
	_, below, _ := strings.Cut(out, "contract: 1\n\n")
	if below != block("yaml") {
		t.Errorf("docs/init.md has another contract than\n%s", below)
	}
}
