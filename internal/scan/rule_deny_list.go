package scan

import "github.com/discreet-dev/discreet/internal/finding"

var ruleDenyList = finding.Rule{
	ID: "deny-list", Title: "A serialiser hides by name and shows the rest", CWEs: []finding.CWE{213}, Severity: finding.Medium,
}
