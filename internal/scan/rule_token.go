package scan

import "github.com/discreet-dev/discreet/internal/finding"

var ruleToken = finding.Rule{
	ID: "key-in-token", Title: "A pagination token shows a key", CWEs: []finding.CWE{200}, Severity: finding.Low,
}

// reportToken reports a LastEvaluatedKey that a caller can read.
func (s *scanner) reportToken(e *entry, m dataMark, x shown) {
	f := &finding.Finding{
		Rule: ruleToken.ID, Severity: finding.Low, Confidence: finding.Likely, Context: frameName(e), Group: e.title(), Anchor: "LastEvaluatedKey of " + m.read.in,
		Title:   e.title() + " hands out LastEvaluatedKey",
		Message: "The LastEvaluatedKey of the " + m.read.op + " in " + m.read.in + " reaches the caller, in clear or encoded so that anyone can decode it: it holds key attributes, and a caller who sends an altered one back starts reading where it likes.",
		Mend:    finding.Mend{Text: "Seal the token: encrypt and authenticate it, and bind it to the caller and the query. A contract's `page` does so."},
	}
	s.causes[f] = cause{entry: e, read: m.read}
	s.report(f, end(x.Trace, e.fn.Place()), x.Trace, finding.Step{Location: locate(e.fn.Place()), Text: "answered by " + e.title()})
}
