package main

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/iam"
	"github.com/discreet-dev/discreet/internal/report"
	"github.com/discreet-dev/discreet/internal/template"
)

const iamAuditHelp = `Finds what IAM policies grant beyond the contract's need, and what of that need
they deny. Every finding has a request that the policies allow and the contract
does not need. What cannot be resolved is listed as unknown.

Reads plain policy documents, Terraform, CloudFormation, SAM, serverless.yml and
what the CDK synthesises. A comment "discreet: ignore[RULE] -- REASON" on or above
a finding's line takes it out of force.

Exit code 0 without findings, 1 with one at or above --fail-on, 2 for bad input.

Examples:
  discreet iam audit examples/profiles policies/
  discreet iam audit --format sarif policy.json > iam.sarif
  discreet iam audit --one app identity.json more.json`

func runIAMAudit(w world, args []string) int {
	const name = "iam audit"
	f := flags(name, "iam audit [CONTRACT] PATH... [flags]", iamAuditHelp)
	contractPath := f.String("contract", "", "the `CONTRACT` to measure by")
	one := f.String("one", "", "take all policies for those of one principal, with this `NAME`")
	mode := f.String("mode", "", "service-role or vended; without it, read out of the policies")
	product := f.String("for", string(iam.Serve), "serve or guard")
	account := f.String("account", "", "the tables' account; without it, read out of the policies")
	region := f.String("region", "", "the tables' `REGION`; likewise")
	tables := f.StringArray("table", nil, "a table's name in DynamoDB, as `NAME=PHYSICAL`; may be repeated")
	format := f.String("format", "text", "text, json, sarif or html")
	failOn := f.String("fail-on", "low", "the `SEVERITY` that fails: advice, low, medium, high, critical, or never")
	baseline := f.String("baseline", "", "a `FILE` of known findings")
	writeBaseline := f.String("write-baseline", "", "write the findings to a `FILE` as known")
	diff := f.Bool("diff", false, "print the mends as diffs, and nothing else")
	if code, done := parseFlags(w, f, args); done {
		return code
	}
	threshold, err := report.ParseThreshold(*failOn)
	if err != nil {
		return fail(w, name, err)
	}
	if err := errors.Join(namedFiles(f, "contract", "baseline", "write-baseline"), checkReportFormat(*format)); err != nil {
		return fail(w, name, err)
	}
	paths := f.Args()
	if *contractPath == "" && len(paths) > 1 && isContract(paths[0]) {
		*contractPath, paths = paths[0], paths[1:]
	}
	var c *contract.Contract
	var code int
	if *contractPath != "" {
		file, err := contractFile([]string{*contractPath})
		if err != nil {
			return fail(w, name, err)
		}
		if c, code = loadContract(w, name, file); c == nil {
			return code
		}
	}
	if len(paths) == 0 {
		return fail(w, name, errors.New("takes the files or folders to read"))
	}
	auditing := iam.Auditing{Contract: c, For: iam.Product(*product), Mode: iam.Mode(*mode), Account: *account, Region: *region}
	if c != nil {
		names, err := tableNames(*tables, c)
		if err != nil {
			return fail(w, name, err)
		}
		auditing.Table = physical(names)
	}
	for _, p := range paths {
		if _, err := os.Stat(p); err != nil {
			return fail(w, name, err)
		}
	}
	options := template.Options{Account: *account, Region: *region}
	read := template.Read(paths, options)
	subjects, notices := iam.FromFiles(read, options, sourceOf)
	notices = append(read.Notices, notices...)
	if *one != "" {
		subjects = []iam.Subject{iam.One(*one, subjects)}
	}
	found, more, err := iam.Audit(subjects, auditing)
	if err != nil {
		return fail(w, name, err)
	}
	findings := make([]finding.Finding, len(found))
	for i, f := range found {
		findings[i] = f.Finding
	}
	findings, bad := suppressed(findings)
	finding.Identify(findings)
	if *baseline != "" {
		b, err := openBaseline(*baseline)
		if err != nil {
			return fail(w, name, err)
		}
		b.Mark(findings)
	}
	r := &report.Report{
		Tool:  report.Tool{Name: "discreet iam audit", Version: semanticVersion()},
		Rules: append(iam.Rules(), report.BadSuppression()), Findings: findings, Notices: slices.Concat(notices, more, bad), Files: read.Files, Baseline: *baseline != "",
	}
	switch {
	case *writeBaseline != "":
		err = saveBaseline(*writeBaseline, findings)
	case *diff:
		err = writeDiffs(w, findings)
	default:
		err = writeReport(w, r, *format, threshold)
	}
	if err != nil {
		return fail(w, name, err)
	}
	if *writeBaseline == "" && report.Fails(findings, threshold) {
		return exitFindings
	}
	return exitOK
}

// isContract reports whether an argument names a contract: a discreet.yaml, or a
// folder with one.
func isContract(name string) bool {
	if filepath.Base(name) == "discreet.yaml" {
		return true
	}
	_, err := os.Stat(filepath.Join(name, "discreet.yaml"))
	return err == nil
}

// sourceOf is a file's text, or nil: a diff is made only of what can be read.
func sourceOf(name string) []byte {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	return text
}

// suppressed applies the suppressions in the files that have findings. JSON has
// no comments, and so none.
func suppressed(findings []finding.Finding) ([]finding.Finding, []finding.Notice) {
	seen := map[string]bool{}
	var all []report.Suppression
	for _, f := range findings {
		switch ext := filepath.Ext(f.Path); {
		case seen[f.Path]:
		case ext == ".yaml" || ext == ".yml" || ext == ".template":
			all = append(all, report.ReadSuppressions(f.Path, string(sourceOf(f.Path)), "#")...)
		case ext == ".tf":
			all = append(all, report.ReadSuppressions(f.Path, string(sourceOf(f.Path)), "#", "//")...)
		}
		seen[f.Path] = true
	}
	return report.Suppress(findings, all, iam.Rules())
}

// writeReport writes a report in one of its formats; a page says what the
// threshold fails.
func writeReport(w world, r *report.Report, format string, threshold report.Threshold) error {
	switch format {
	case "text":
		return report.Text(w.stdout, r, report.TextOptions{Color: w.terminal(w.stdout) && !w.noColor()})
	case "json":
		return report.JSON(w.stdout, r)
	case "sarif":
		return report.SARIF(w.stdout, r)
	case "html":
		return report.HTML(w.stdout, r, report.HTMLOptions{FailOn: threshold})
	}
	return checkReportFormat(format)
}

// writeDiffs writes every mend that can be made safely as a diff, one that
// several findings share once.
func writeDiffs(w world, findings []finding.Finding) error {
	var done [][]finding.Edit
	for _, f := range findings {
		if slices.ContainsFunc(done, func(e []finding.Edit) bool { return slices.Equal(e, f.Mend.Edits) }) {
			continue
		}
		done = append(done, f.Mend.Edits)
		byFile := map[string][]finding.Edit{}
		for _, e := range f.Mend.Edits {
			byFile[e.Path] = append(byFile[e.Path], e)
		}
		for _, name := range slices.Sorted(maps.Keys(byFile)) {
			source, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			if err := report.Diff(w.stdout, name, string(source), byFile[name]); err != nil {
				return err
			}
		}
	}
	return nil
}

// semanticVersion is the build's version as reports want it.
func semanticVersion() string {
	info, ok := debug.ReadBuildInfo()
	if v := strings.TrimPrefix(info.Main.Version, "v"); ok && v != "" && v != "(devel)" {
		return v
	}
	return "0.0.0"
}
