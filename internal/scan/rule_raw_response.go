package scan

import "github.com/discreet-dev/discreet/internal/finding"

var ruleRawResponse = finding.Rule{
	ID: "raw-response", Title: "DynamoDB's whole answer is sent on", CWEs: []finding.CWE{213}, Severity: finding.Medium,
}
