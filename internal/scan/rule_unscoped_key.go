package scan

import "github.com/discreet-dev/discreet/internal/finding"

var ruleUnscopedKey = finding.Rule{
	ID: "unscoped-key", Title: "A route reads whatever item the caller names", CWEs: []finding.CWE{639, 200}, Severity: finding.Medium,
}

// unscopedKey is a read by a key that the caller chooses. Where nothing says that
// the items are anybody's, it is a matter of policy, and none where names or
// code say that they are nobody's.
func unscopedKey(e *entry, r *read, ours, nobodys bool) *finding.Finding {
	if !ours && !r.wholeKey && nobodys {
		return nil
	}
	name := clientName(r)
	f := &finding.Finding{
		Rule: ruleUnscopedKey.ID, Severity: finding.Medium, Confidence: finding.Likely,
		Title: e.title() + " reads any item of " + r.tableName() + " by " + name,
		Message: r.in + " reads " + r.tableName() + " by " + name + ", which the caller chooses, and nothing checks that the item is the caller's before " +
			e.title() + " answers with it." + openTo(e),
		Mend: finding.Mend{Text: "Put the verified caller into the key, or compare the item's owner with the caller and refuse."},
	}
	if !ours && !r.wholeKey {
		f.Severity, f.Confidence = finding.Low, finding.Tentative
	}
	if r.wholeKey {
		f.Title = e.title() + " takes the whole key from the request"
		f.Message += " The request's JSON is the key itself, so the caller chooses every attribute of it."
	}
	return f
}
