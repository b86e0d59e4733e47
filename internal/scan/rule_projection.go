package scan

import "github.com/discreet-dev/discreet/internal/finding"

var ruleProjection = finding.Rule{
	ID: "missing-projection", Title: "A query reads every attribute", CWEs: []finding.CWE{213}, Severity: finding.Advice,
}

// reportProjection advises to ask for what is shown and no more.
func (s *scanner) reportProjection(e *entry, r *read) {
	f := &finding.Finding{
		Rule: ruleProjection.ID, Severity: finding.Advice, Confidence: finding.Tentative, Context: r.in, Group: e.title(), Anchor: r.op,
		Title:   r.op + " asks for every attribute",
		Message: "The " + r.op + " in " + r.in + " has no ProjectionExpression, so every attribute of every item comes into the process that answers callers.",
		Mend:    finding.Mend{Text: "Name the attributes in a ProjectionExpression."},
	}
	s.causes[f] = cause{entry: e, read: r}
	s.report(f, r.at, nil)
}
