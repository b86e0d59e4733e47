package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ended runs a command to its end.
func ended(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(world{
		ctx: t.Context(), stdin: strings.NewReader(""), stdout: &out, stderr: &errs,
		getenv:   func(string) (string, bool) { return "", false },
		terminal: func(io.Writer) bool { return false },
	}, args)
	return out.String(), errs.String(), code
}

// words splits a line as a POSIX shell does, as far as the examples go: single
// quotes, and a star in a path.
func words(t *testing.T, line string) []string {
	t.Helper()
	var out []string
	for rest := strings.TrimSpace(line); rest != ""; rest = strings.TrimSpace(rest) {
		var word string
		if quoted, ok := strings.CutPrefix(rest, "'"); ok {
			if word, rest, ok = strings.Cut(quoted, "'"); !ok {
				t.Fatalf("no closing quote: %s", line)
			}
			out = append(out, word)
			continue
		}
		word, rest, _ = strings.Cut(rest, " ")
		if files, err := filepath.Glob(word); err == nil && strings.Contains(word, "*") {
			out = append(out, files...)
		} else {
			out = append(out, word)
		}
	}
	return out
}

// page is the help of a command, or of a command of a command.
type page struct {
	name           string // "iam policy"
	help, examples string
	flags          []string
}

var (
	flagOf    = regexp.MustCompile(`--([a-z][a-z-]*)`)
	childOf   = regexp.MustCompile(`(?m)^  discreet ([a-z]+ [a-z]+)  `)
	exampleOf = regexp.MustCompile(`(?m)^  discreet (.*)$`)
)

// pages are those of every command.
func pages(t *testing.T) map[string]page {
	t.Helper()
	out := map[string]page{}
	var queue []string
	for _, c := range commands() {
		queue = append(queue, c.name)
	}
	for ; len(queue) > 0; queue = queue[1:] {
		name := queue[0]
		help, errs, code := ended(t, append(strings.Fields(name), "--help")...)
		if code != exitOK || errs != "" {
			t.Fatalf("%s --help: exit %d, %s", name, code, errs)
		}
		p := page{name: name, help: help, flags: []string{"help"}}
		text, flags, _ := strings.Cut(help, "\nFlags:\n")
		for _, m := range flagOf.FindAllStringSubmatch(flags, -1) {
			p.flags = append(p.flags, m[1])
		}
		text, p.examples, _ = strings.Cut(text, "\nExample")
		for _, m := range childOf.FindAllStringSubmatch(text, -1) {
			queue = append(queue, m[1])
		}
		out[name] = p
	}
	return out
}

const exampleTable = `{"TableName":"UserProfiles","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"user_id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"user_id","KeyType":"HASH"}]}`

const examplePolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"arn:aws:dynamodb:eu-west-1:111122223333:table/Users"}]}`

func TestNoHelpHasLongLines(t *testing.T) {
	for name, p := range pages(t) {
		for _, line := range strings.Split(p.help, "\n") {
			if len(line) > 100 {
				t.Errorf("%s --help: %d characters: %s", name, len(line), line)
			}
		}
	}
}

func TestTheExamplesOfEveryHelpWork(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "examples"), os.DirFS("../../examples")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"policies", "src", "services/a"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{ // what the examples name besides
		"seed.json": `{"tables":[` + exampleTable + `]}`, "policies/app.json": examplePolicy, "policy.json": examplePolicy,
		"identity.json": examplePolicy, "more.json": examplePolicy, "role.json": examplePolicy, "limit.json": examplePolicy,
		"known.json": `{"version":1,"findings":[]}`, "src/app.py": "import boto3\nboto3.resource('dynamodb').Table('Notes').get_item(Key={'id': '1'})\n", "services/a/app.py": "import boto3\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	endpoint, stop := startLocal(t, "--items", "seed.json")
	defer stop()
	for name, p := range pages(t) {
		if p.examples == "" && !childOf.MatchString(p.help) {
			t.Errorf("%s --help shows no example", name)
		}
		text := strings.ReplaceAll(p.examples, "\\\n", "")
		for _, m := range exampleOf.FindAllStringSubmatch(text, -1) {
			t.Run(m[1], func(t *testing.T) {
				line, _, _ := strings.Cut(m[1], " > ")
				args := words(t, line)
				switch {
				case name == "serve" && slices.Contains(args, "--region"):
					t.Skip("it needs AWS")
				case slices.Contains([]string{"dev", "serve", "local"}, name):
					if i := slices.Index(args, "--endpoint"); i >= 0 {
						args[i+1] = endpoint
					}
					servesUntilTold(t, append(args, "--listen", "127.0.0.1:0"))
				default:
					_, errs, code := ended(t, args...)
					if code == exitBad {
						t.Errorf("exit %d, %s", code, errs)
					}
				}
			})
		}
	}
}

// servesUntilTold runs a command that serves, and tells it to end when it
// listens.
func servesUntilTold(t *testing.T, args []string) {
	t.Helper()
	ready := "listening"
	if args[0] == "local" {
		ready = "endpoint: "
	}
	_, end := onTerminal(t, nil, ready, args...)
	if code := end(); code != exitOK {
		t.Errorf("exit %d", code)
	}
}

// A command of the documents is a line of a code block, or all of a piece of
// code in the text.
var (
	fenced = regexp.MustCompile("(?ms)^```[a-z]*\n(.*?)^```")
	typed  = regexp.MustCompile(`(?m)^(?:[$] )?(?:[.]/|go run [.]/cmd/)?discreet ([a-z][^#\n]*)`)
	quoted = regexp.MustCompile("`discreet ([a-z-][^`\n]*)`")
)

func shownCommands(text string) []string {
	var out []string
	for _, block := range fenced.FindAllStringSubmatch(text, -1) {
		for _, m := range typed.FindAllStringSubmatch(block[1], -1) {
			out = append(out, m[1])
		}
	}
	for _, m := range quoted.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		out = append(out, m[1])
	}
	return out
}

func TestTheDocumentsNameCommandsAndFlagsThatExist(t *testing.T) {
	known := pages(t)
	known["help"] = page{}
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, file := range append(files, "../../README.md", "../../CONTRIBUTING.md", "../../ARCHITECTURE.md") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range shownCommands(string(text)) {
			seen++
			fields := append(strings.Fields(line), "")
			p, ok := known[fields[0]+" "+fields[1]]
			if !ok {
				p, ok = known[fields[0]]
			}
			if !ok {
				t.Errorf("%s: discreet %s: there is no such command", filepath.Base(file), line)
			}
			for _, f := range flagOf.FindAllStringSubmatch(line, -1) {
				if ok && !slices.Contains(p.flags, f[1]) {
					t.Errorf("%s: discreet %s: there is no flag --%s", filepath.Base(file), line, f[1])
				}
			}
		}
	}
	if seen < 5 {
		t.Errorf("only %d commands found in the documents", seen)
	}
}
