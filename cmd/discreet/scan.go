package main

import (
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/report"
	"github.com/discreet-dev/discreet/internal/scan"
	"github.com/discreet-dev/discreet/internal/surface"
)

const scanHelp = `Finds where an app's Python source leaks what is in its DynamoDB tables: items of
other users, whole items and responses, error texts, secrets, logs. No code is run.

What .gitignore names, virtual environments and tests are left out (docs/scan.md). A comment
"discreet: ignore[RULE] -- REASON" on or above a finding's line takes it out of force.

--fix prints the edits that close findings safely as one diff, for git apply, and
writes nothing into the tree.
With --contract its classes and views judge what they know, in place of names.

Exit code 0 without findings, 1 with one at or above --fail-on, 2 for bad input, and
for a scan that was stopped or whose output could not be written.

Examples:
  discreet scan .
  discreet scan --format sarif src > scan.sarif
  discreet scan --format html . > report.html
  discreet scan --fix src > fix.diff
  discreet scan --baseline known.json --fail-on high services/*
  discreet scan --exclude 'scripts/' --skip missing-projection .
  discreet scan --contract examples/profiles --table UserProfiles=prod-profiles .
  discreet scan --rules`

// A scan makes much that lives as long as it: the collector need not look for
// garbage as often as in a server.
// It does so again where a large tree would take more than scanMemory.
const (
	scanGC     = 400
	scanMemory = 880 << 20
)

func runScan(w world, args []string) int {
	const name = "scan"
	f := flags(name, "scan PATH... [flags]", scanHelp)
	format := f.String("format", "text", "the `FORMAT` of the report: text, json, sarif or html")
	failOn := f.String("fail-on", "low", "the `SEVERITY` that fails: advice, low, medium, high, critical, or never")
	baseline := f.String("baseline", "", "count what a `FILE` of --write-baseline holds as known")
	exclude := f.StringArray("exclude", nil, "leave out what a `PATTERN` of .gitignore's form matches; may be repeated")
	skip := f.StringSlice("skip", nil, "leave a `RULE` out; may be repeated")
	terms := f.String("contract", "", "judge by a contract's `FILE`: its classes, and what its views show")
	tables := f.StringArray("table", nil, "a table's name in the code, as `NAME=PHYSICAL`; may be repeated")
	rules := f.Bool("rules", false, "list the rules, and scan nothing")
	writeBaseline := f.String("write-baseline", "", "write the findings to a `FILE` as known, and no report")
	fix := f.Bool("fix", false, "print the safe edits as a diff for git apply, and no report")
	if code, done := parseFlags(w, f, args); done {
		return code
	}
	threshold, err := report.ParseThreshold(*failOn)
	if err != nil {
		return fail(w, name, fmt.Errorf("--fail-on %q: %w", *failOn, err))
	}
	if err := knownRules(*skip); err != nil {
		return fail(w, name, err)
	}
	if *rules {
		if f.NArg() > 0 {
			return fail(w, name, fmt.Errorf("--rules lists the rules, and scans nothing: leave %s out", f.Arg(0)))
		}
		return listRules(w, *format)
	}
	if f.NArg() == 0 {
		return fail(w, name, fmt.Errorf("takes the folders or files to scan; `discreet scan .` for this one"))
	}
	if err := scanFlags(f); err != nil {
		return fail(w, name, err)
	}
	roots, err := scanRoots(f.Args())
	if err != nil {
		return fail(w, name, err)
	}
	if *fix && len(roots) > 1 {
		return fail(w, name, fmt.Errorf("--fix takes one folder or file, so that the diff has one place to be applied from"))
	}
	var known report.Baseline
	if *baseline != "" {
		if known, err = openBaseline(*baseline); err != nil {
			return fail(w, name, err)
		}
	}
	config := scan.Config{Exclude: *exclude}
	if code := scanTerms(w, *terms, *tables, &config); code != exitOK {
		return code
	}
	defer debug.SetGCPercent(debug.SetGCPercent(scanGC))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(scanMemory))
	r := &report.Report{Tool: report.Tool{Name: "discreet scan", Version: semanticVersion()}, Rules: scan.Rules(), App: &surface.App{}, Baseline: *baseline != ""}
	for _, root := range roots {
		res, err := scanOne(w, root, &config)
		if err != nil {
			return fail(w, name, err)
		}
		r.Findings = append(r.Findings, res.Findings...)
		r.Notices = append(r.Notices, res.Notices...)
		r.Files += res.Files
		r.App.Merge(res.App)
	}
	finding.Identify(r.Findings)
	known.Mark(r.Findings)
	all := slices.Clone(r.Findings)
	r.Findings = slices.DeleteFunc(r.Findings, func(f finding.Finding) bool { return slices.Contains(*skip, f.Rule) })
	if *writeBaseline != "" {
		if err := saveBaseline(*writeBaseline, r.Findings); err != nil {
			return fail(w, name, err)
		}
		return exitOK
	}
	if *fix {
		err = writeFixes(w, config, all, *skip)
	} else {
		err = writeReport(w, r, *format, threshold)
	}
	if err != nil {
		return fail(w, name, err)
	}
	if report.Fails(r.Findings, threshold) {
		return exitFindings
	}
	return exitOK
}

// scanTerms reads the contract that a scan judges by, and what its tables are
// called in the code.
func scanTerms(w world, file string, tables []string, config *scan.Config) (code int) {
	if file == "" {
		if len(tables) > 0 {
			return fail(w, "scan", fmt.Errorf("--table names a table of a contract: it goes with --contract"))
		}
		return exitOK
	}
	if config.Contract, code = loadContract(w, "scan", file); config.Contract == nil {
		return code
	}
	var err error
	if config.Tables, err = tableNames(tables, config.Contract); err != nil {
		return fail(w, "scan", err)
	}
	return exitOK
}
