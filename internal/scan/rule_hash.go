package scan

import (
	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
)

var ruleWeakHash = finding.Rule{
	ID: "weak-hash", Title: "A password is hashed with a fast hash", CWEs: []finding.CWE{916, 522}, Severity: finding.High,
}

// weakHash reports a fast hash of a password.
func (s *scanner) weakHash(f *pyflow.Frame, m hashMark, data *pyflow.Value) {
	name, step, ok := secretIn(data, true)
	if !ok {
		return
	}
	s.report(&finding.Finding{
		Rule: ruleWeakHash.ID, Severity: finding.High, Confidence: finding.Likely,
		Title:   name + " is hashed with " + orSome(m.algorithm, "a fast hash"),
		Message: sentence(frameTitle(f), "hashes", name, "with", orSome(m.algorithm, "a general-purpose hash")+", which is fast by design: whoever reads the table can try billions of passwords a second. A password needs a slow, salted hash."),
		Anchor:  name + " " + m.algorithm,
		Context: frameTitle(f),
		Mend:    finding.Mend{Text: "Use argon2, bcrypt or scrypt: werkzeug.security.generate_password_hash(" + name + ") and check_password_hash."},
	}, m.at, step)
}
