package scan

import "github.com/discreet-dev/discreet/internal/finding"

var ruleUnscopedScan = finding.Rule{
	ID: "unscoped-scan", Title: "A route lists everybody's items", CWEs: []finding.CWE{200, 359}, Severity: finding.High,
}

// unscopedScan is a scan that nothing of the caller's narrows. Where nothing
// says that the items are anybody's, it is a matter of policy.
func unscopedScan(e *entry, r *read, ours bool) *finding.Finding {
	f := &finding.Finding{
		Rule: ruleUnscopedScan.ID, Severity: finding.High, Confidence: finding.Likely,
		Title: e.title() + " lists " + r.tableName() + " for anyone",
		Message: r.in + " scans " + r.tableName() + " and no condition ties the items to the caller; what it finds reaches the answer of " +
			e.title() + "." + openTo(e),
		Mend: finding.Mend{Text: "Query by the caller's own key in place of the scan, or let a contract serve the route with a scope."},
	}
	if e.auth {
		f.Severity = finding.Medium
		f.Title = e.title() + " lists " + r.tableName() + " for every caller"
	}
	if !ours {
		f.Severity, f.Confidence = finding.Low, finding.Tentative
	}
	return f
}
