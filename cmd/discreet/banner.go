package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/explain"
	"github.com/discreet-dev/discreet/internal/trial"
)

// banner prints the routes, who may call them, and requests to try.
func banner(w world, s *source, address string, as contract.Principal) {
	fmt.Fprintf(w.stdout, "\n%s on http://%s\n\n", s.file, address)
	width := 0
	for _, r := range s.Routes {
		width = max(width, len(r.Text))
	}
	for _, r := range s.Routes {
		var who []string
		for _, v := range r.Views {
			who = append(who, strings.Join(v.Roles, " or ")+" ("+v.Name+")")
		}
		fmt.Fprintf(w.stdout, "  %-*s  %s\n", width, r.Text, strings.Join(who, ", "))
	}
	lines := samples(s, address, as)
	if len(lines) > 0 {
		fmt.Fprint(w.stdout, "\nTry:\n")
	}
	for _, line := range lines {
		// The title has a line of its own: not every shell takes a comment
		// behind a pasted command.
		fmt.Fprintf(w.stdout, "  %s\n    %s\n", line.title, line.command)
	}
	fmt.Fprintln(w.stdout)
}

// sample is a request to paste into a shell, and what comes of it.
type sample struct{ title, command string }

// samples are up to three: one that is allowed, one that is forbidden, and one
// of nobody. They are the requests of the contract's own unit tests.
func samples(s *source, address string, as contract.Principal) []sample {
	var header *contract.HeaderSource
	for _, one := range s.Identity.Sources {
		if one.Header != nil && one.Header.Loopback {
			header = one.Header
			break
		}
	}
	var tests []trial.Test
	for _, t := range readTests(s.file) {
		if strings.HasPrefix(t.Request, "GET ") {
			tests = append(tests, t)
		}
	}
	if header == nil || !as.IsAnonymous() {
		return outcomes(s, tests, address, as, 200, 403)
	}
	var out []sample
	pick := func(fits func(trial.Test) bool) {
		if i := slices.IndexFunc(tests, fits); i >= 0 {
			out = append(out, sample{tests[i].Name, curl(tests[i], header, address)})
		}
	}
	pick(func(t trial.Test) bool { return speaks(header, t.As) && *t.Expect.Allow })
	pick(func(t trial.Test) bool { return speaks(header, t.As) && t.Expect.Error == "forbidden" })
	return append(out, outcomes(s, tests, address, as, 400)...)
}

// outcomes are the first of the tests' requests that end so where the request
// brings no credential.
func outcomes(s *source, tests []trial.Test, address string, as contract.Principal, statuses ...int) []sample {
	who := as.ID
	if as.IsAnonymous() {
		who = "nobody"
	}
	var out []sample
	for _, status := range statuses {
		for _, t := range tests {
			target := strings.TrimPrefix(t.Request, "GET ")
			e, err := explain.Explain(explain.Question{Contract: s.Contract, Principal: as, Method: "GET", Target: target})
			if err == nil && e.Status == status {
				title := strings.TrimSpace(fmt.Sprintf("%s asks: %d %s", who, status, e.Error))
				out = append(out, sample{title, curl(trial.Test{Request: t.Request}, nil, address)})
				break
			}
		}
	}
	return out
}

// readTests are the contract's unit tests, as far as they can be read.
func readTests(file string) []trial.Test {
	var tests []trial.Test
	files, _ := testFiles(file)
	for _, name := range files {
		if text, err := os.ReadFile(name); err == nil {
			if f, err := trial.Parse(text); err == nil {
				tests = append(tests, f.Tests...)
			}
		}
	}
	return tests
}

// speaks reports whether the header source can say all of who asks.
func speaks(header *contract.HeaderSource, as *trial.As) bool {
	return as != nil && len(as.Claims) == 0 && (len(as.Roles) == 0 || header.Roles != "")
}

func curl(t trial.Test, header *contract.HeaderSource, address string) string {
	words := []string{"curl", "-i"}
	if t.As != nil && header != nil {
		words = append(words, "-H", quote(header.ID+": "+t.As.ID))
		if len(t.As.Roles) > 0 {
			words = append(words, "-H", quote(header.Roles+": "+strings.Join(t.As.Roles, ",")))
		}
	}
	words = append(words, quote("http://"+address+strings.TrimPrefix(t.Request, "GET ")))
	return strings.Join(words, " ")
}

// quote quotes a word for a POSIX shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
