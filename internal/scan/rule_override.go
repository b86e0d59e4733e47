package scan

import "github.com/discreet-dev/discreet/internal/finding"

var ruleOverride = finding.Rule{
	ID: "identity-override", Title: "A caller may replace its own identity in a key", CWEs: []finding.CWE{639, 200}, Severity: finding.Medium,
}

// identityOverride is a read by the principal's key, unless the caller sends
// another.
func identityOverride(e *entry, r *read) *finding.Finding {
	name := clientName(r)
	return &finding.Finding{
		Rule: ruleOverride.ID, Severity: finding.Medium, Confidence: finding.Likely,
		Title: e.title() + " takes " + name + " in place of the caller's own",
		Message: "The key that " + r.in + " reads " + r.tableName() + " by is the verified caller's, unless the caller sends " + name +
			": any caller may read the items of any other.",
		Mend: finding.Mend{Text: "Use the verified identity alone; give the override a route of its own, with a role."},
	}
}
