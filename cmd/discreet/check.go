package main

import (
	"errors"
	"fmt"

	"github.com/discreet-dev/discreet/internal/parse"
)

const checkHelp = `Validates contracts. Every problem is reported at once, with its place and the
mend. Exit code 0, also with warnings; 2 with an error.

Examples:
  discreet check examples/profiles/discreet.yaml
  discreet check --format json examples/*/discreet.yaml`

func runCheck(w world, args []string) int {
	f := flags("check", "check [FILE...]", checkHelp)
	format := f.String("format", "text", "text or json")
	if code, done := parseFlags(w, f, args); done {
		return code
	}
	if *format != "text" && *format != "json" {
		return fail(w, "check", errors.New("--format is text or json"))
	}
	names := f.Args()
	if len(names) == 0 {
		names = []string{"."}
	}
	var all parse.Problems
	bad := false
	for _, name := range names {
		file, err := contractFile([]string{name})
		if err != nil {
			return fail(w, "check", err)
		}
		source, err := readContract(file)
		if err != nil {
			bad = true
			fmt.Fprintf(w.stderr, "discreet check: %v\n", err)
			continue
		}
		_, problems := parse.Contract(file, source)
		all = append(all, problems...)
		if *format == "text" && len(problems) == 0 {
			fmt.Fprintf(w.stdout, "%s: good\n", file)
		}
	}
	if *format == "json" {
		fmt.Fprintf(w.stdout, "%s\n", all.JSON())
	} else {
		fmt.Fprint(w.stderr, all.Text())
	}
	if bad || all.HasErrors() {
		return exitBad
	}
	return exitOK
}
