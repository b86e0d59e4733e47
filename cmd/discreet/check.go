package main

import (
	"fmt"

	"github.com/discreet-dev/discreet/internal/parse"
)

const checkHelp = `Validates contracts. Every problem is reported at once, with its place and the
mend. Without an argument it is the discreet.yaml of the working folder. Exit code
0, also with warnings; 2 with an error.

Examples:
  discreet check examples/profiles
  discreet check --format json examples/*/discreet.yaml`

func runCheck(w world, args []string) int {
	f := flags("check", "check [CONTRACT or FOLDER]...", checkHelp)
	format := formatFlag(f)
	if code, done := parseFlags(w, f, args); done {
		return code
	}
	if err := checkFormat(*format); err != nil {
		return fail(w, "check", err)
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
		text, err := readContract(file)
		if err != nil {
			bad = true
			fail(w, "check", err)
			continue
		}
		_, problems := parse.Contract(file, text)
		if *format == "text" {
			if len(all) > 0 && len(problems) > 0 {
				fmt.Fprintln(w.stderr)
			}
			fmt.Fprint(w.stderr, problems.Text())
			fmt.Fprintf(w.stdout, "%s: %s\n", file, verdict(problems))
		}
		all = append(all, problems...)
	}
	if *format == "json" {
		fmt.Fprintf(w.stdout, "%s", all.JSON())
	}
	if bad || all.HasErrors() {
		return exitBad
	}
	return exitOK
}

// verdict sums up a contract's problems.
func verdict(problems parse.Problems) string {
	count := map[parse.Severity]int{}
	for _, p := range problems {
		count[p.Severity]++
	}
	text := "good"
	if n := count[parse.Error]; n > 0 {
		text = plural(n, "error")
	}
	if n := count[parse.Warning]; n > 0 {
		text += ", " + plural(n, "warning")
	}
	return text
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
