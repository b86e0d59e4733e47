package main

import (
	"fmt"
	"path/filepath"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/report"
	"github.com/discreet-dev/discreet/internal/scan"
)

// writeFixes prints the edits that close findings as one diff, and counts on
// stderr what they close and what stays open, and why.
func writeFixes(w world, cfg scan.Config, findings []finding.Finding, skip []string) error {
	fixes, err := scan.Fix(w.ctx, cfg, findings, skip)
	if err != nil {
		return stopped(err)
	}
	for _, f := range fixes.Files {
		if err := report.Diff(w.stdout, f.Path, f.Text, f.Edits, f.Hidden...); err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	if len(fixes.Closed) > 0 {
		fmt.Fprintf(w.stderr, "%s closed by this diff; read it, then apply it with git apply%s\n", findingCount(len(fixes.Closed)), elsewhere(cfg.Root))
	}
	if len(fixes.Narrowed) > 0 {
		fmt.Fprintf(w.stderr, "%s narrowed: something milder is left of what the code needs\n", findingCount(len(fixes.Narrowed)))
	}
	for _, open := range []struct {
		findings []finding.Finding
		why      string
	}{
		{fixes.Overlapping, "overlapping an edit above: apply it, and run this again"},
		{fixes.Secret, "with an edit that a diff cannot show, because a secret stands on or next to its lines: --format json and sarif have it"},
		{fixes.Unproven, "with an edit that did not prove to close it"},
		{fixes.WithoutEdit, "without a safe edit: discreet scan, without --fix, says what closes each"},
	} {
		if len(open.findings) > 0 {
			fmt.Fprintf(w.stderr, "%s %s\n", findingCount(len(open.findings)), open.why)
		}
	}
	return nil
}

func findingCount(n int) string {
	if n == 1 {
		return "1 finding"
	}
	return fmt.Sprintf("%d findings", n)
}

// elsewhere says where a diff is applied whose paths do not begin in the working
// folder.
func elsewhere(root string) string {
	if filepath.IsLocal(root) {
		return ""
	}
	return ", in the folder that was scanned"
}
