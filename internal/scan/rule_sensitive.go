package scan

import (
	"github.com/discreet-dev/discreet/internal/finding"
)

var ruleSensitive = finding.Rule{
	ID: "sensitive-attribute", Title: "A response shows a sensitive attribute", CWEs: []finding.CWE{359, 200}, Severity: finding.High,
}

// reportSensitive judges single attributes by their names.
func (s *scanner) reportSensitive(e *entry, m dataMark, x shown) {
	if m.level != levelField || m.template || !isSensitive(m.field) {
		return
	}
	s.report(&finding.Finding{
		Rule: ruleSensitive.ID, Severity: finding.High, Confidence: finding.Likely, Context: frameName(e), Group: e.title(), Anchor: m.field,
		Title:   e.title() + " shows " + m.field,
		Message: "The attribute " + m.field + ", which " + m.read.in + " reads, reaches the answer of " + e.title() + " in clear.",
		Mend:    finding.Mend{Text: "Leave " + m.field + " out of the answer.", Contract: "tables:\n  " + orSome(m.read.table, "TABLE") + ":\n    attributes:\n      " + lastPart(m.field) + ": S secret\n"},
	}, end(x.Trace, e.fn.Place()), x.Trace)
}
