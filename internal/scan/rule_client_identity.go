package scan

import "github.com/discreet-dev/discreet/internal/finding"

var ruleClientIdentity = finding.Rule{
	ID: "client-asserted-identity", Title: "The caller says who it is, and is believed", CWEs: []finding.CWE{290, 639, 200}, Severity: finding.High,
}

// clientIdentity is a read by who the caller says it is.
func clientIdentity(e *entry, r *read) *finding.Finding {
	name := clientName(r)
	f := &finding.Finding{
		Rule: ruleClientIdentity.ID, Severity: finding.High, Confidence: finding.Likely,
		Title: e.title() + " believes the " + name + " that the caller sends",
		Message: r.in + " reads " + r.tableName() + " by " + name + ", which is what the caller says of itself and nothing has verified: whoever sends another's " +
			name + " reads the other's items." + openTo(e),
		Mend: finding.Mend{Text: "Take the identity from a verified token or session, not from the request."},
	}
	if e.auth {
		f.Severity = finding.Medium
	}
	return f
}
