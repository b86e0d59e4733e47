package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/parse"
	"github.com/discreet-dev/discreet/internal/trial"
)

// banner prints the routes, who may call them, and requests to try: those of
// the contract's own unit tests, so that they say what will come of them.
func banner(w world, file, address, as string) {
	source, err := readContract(file)
	if err != nil {
		return
	}
	c, _ := parse.Contract(file, source)
	if c == nil {
		return
	}
	fmt.Fprintf(w.stdout, "\n%s on http://%s\n\n", file, address)
	width := 0
	for _, r := range c.Routes {
		width = max(width, len(r.Text))
	}
	for _, r := range c.Routes {
		var who []string
		for _, v := range r.Views {
			who = append(who, strings.Join(v.Roles, " or ")+" ("+v.Name+")")
		}
		fmt.Fprintf(w.stdout, "  %-*s  %s\n", width, r.Text, strings.Join(who, ", "))
	}
	lines := samples(c, file, address, as)
	if len(lines) > 0 {
		fmt.Fprint(w.stdout, "\nTry:\n")
	}
	for _, line := range lines {
		fmt.Fprintf(w.stdout, "  %s\n", line)
	}
	fmt.Fprintln(w.stdout)
}

// samples are up to three curl lines: one that is allowed, one that is not, and
// one of nobody.
func samples(c *contract.Contract, file, address, as string) []string {
	var out []string
	var header *contract.HeaderSource
	for _, s := range c.Identity.Sources {
		if s.Header != nil && s.Header.Loopback {
			header = s.Header
			break
		}
	}
	var tests []trial.Test
	names, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*_test.yaml"))
	for _, name := range names {
		if source, err := os.ReadFile(name); err == nil {
			if f, err := trial.Parse(source); err == nil {
				tests = append(tests, f.Tests...)
			}
		}
	}
	pick := func(fits func(trial.Test) bool) {
		i := slices.IndexFunc(tests, func(t trial.Test) bool { return strings.HasPrefix(t.Request, "GET ") && fits(t) })
		if i >= 0 {
			out = append(out, curl(tests[i], header, address))
		}
	}
	if header != nil {
		pick(func(t trial.Test) bool { return t.As != nil && *t.Expect.Allow })
		pick(func(t trial.Test) bool { return t.As != nil && !*t.Expect.Allow && t.Expect.Error == "forbidden" })
		if as == "" {
			pick(func(t trial.Test) bool { return t.As == nil && !*t.Expect.Allow })
		}
		return out
	}
	pick(func(t trial.Test) bool { return t.As != nil && t.As.ID == as && *t.Expect.Allow })
	pick(func(t trial.Test) bool { return t.As != nil && t.As.ID == as && !*t.Expect.Allow })
	return out
}

func curl(t trial.Test, header *contract.HeaderSource, address string) string {
	words := []string{"curl", "-i"}
	if t.As != nil && header != nil {
		words = append(words, "-H", quote(header.ID+": "+t.As.ID))
		if header.Roles != "" && len(t.As.Roles) > 0 {
			words = append(words, "-H", quote(header.Roles+": "+strings.Join(t.As.Roles, ",")))
		}
	}
	words = append(words, quote("http://"+address+strings.TrimPrefix(t.Request, "GET ")))
	return strings.Join(words, " ") + "   # " + t.Name
}

// quote quotes a word for a POSIX shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
