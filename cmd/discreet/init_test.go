package main

import (
	"fmt"
	"os"
	"path/filepath"
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

func TestAnAppLargerThanAContractIsToldSoAtOnce(t *testing.T) {
	var app strings.Builder
	app.WriteString("import boto3\nfrom flask import Flask\napp = Flask(__name__)\nt = boto3.resource('dynamodb').Table('users')\n")
	for i := range maxRoutes + 1 {
		fmt.Fprintf(&app, "@app.get('/u%d/<user_id>')\n", i)
	}
	app.WriteString("def u(user_id):\n    return t.get_item(Key={'user_id': user_id})['Item']\n")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "app.py"), []byte(app.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := ended(t, "init", "--from-code", dir)
	if code != exitBad || out != "" || !strings.Contains(errs, "name the folder of one app") {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
}
