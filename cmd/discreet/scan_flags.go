package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/pflag"
)

// scanFlags refuses flags of scan that say nothing, or that do not go together:
// one without effect would be relied on.
func scanFlags(f *pflag.FlagSet) error {
	if err := namedFiles(f, "baseline", "write-baseline", "contract"); err != nil {
		return err
	}
	if skip, _ := f.GetStringSlice("skip"); f.Changed("skip") && len(skip) == 0 {
		return errors.New("--skip is empty: give it a rule; `discreet scan --rules` lists them")
	}
	for _, pair := range []struct{ flag, other, why string }{
		{"fix", "format", "--fix prints a diff, and no report: leave --format out"},
		{"fix", "write-baseline", "--fix prints a diff, and writes no file: leave --write-baseline out"},
		{"write-baseline", "format", "--write-baseline writes its own form, and no report: leave --format out"},
		{"write-baseline", "fail-on", "--write-baseline takes every finding as known, and fails for none: leave --fail-on out"},
		{"write-baseline", "baseline", "--write-baseline writes every finding, those of the older baseline too: leave --baseline out"},
	} {
		if f.Changed(pair.flag) && f.Changed(pair.other) {
			return errors.New(pair.why)
		}
	}
	return checkReportFormat(f.Lookup("format").Value.String())
}

// namedFiles refuses flags whose file has no name: a variable was not set.
func namedFiles(f *pflag.FlagSet, flags ...string) error {
	for _, name := range flags {
		if f.Changed(name) && f.Lookup(name).Value.String() == "" {
			return fmt.Errorf("--%s is empty: give it a file's name", name)
		}
	}
	return nil
}

// checkReportFormat is asked before the work, which may take long.
func checkReportFormat(format string) error {
	if !slices.Contains([]string{"text", "json", "sarif", "html"}, format) {
		return fmt.Errorf("--format %q: takes text, json, sarif or html", format)
	}
	return nil
}
