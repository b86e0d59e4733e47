package scan

import (
	"regexp"
	"slices"

	"github.com/discreet-dev/discreet/internal/finding"
)

var ruleSensitive = finding.Rule{
	ID: "sensitive-attribute", Title: "A response shows a sensitive attribute", CWEs: []finding.CWE{359, 200}, Severity: finding.High,
}

// reportSensitive judges single attributes by their names.
func (s *scanner) reportSensitive(e *entry, m dataMark, x shown) {
	if m.level != levelField || m.template {
		return
	}
	if types := s.types(m.read); types != nil {
		s.reportHidden(e, m, x, types)
		return
	}
	if !isSensitive(m.field) && !m.decrypted || s.rightful(e, m) {
		return
	}
	verb := "reads"
	if m.read.stores {
		verb = "stores"
	}
	f := &finding.Finding{
		Rule: ruleSensitive.ID, Severity: finding.High, Confidence: finding.Likely, Context: frameName(e), Group: e.title(), Anchor: m.field,
		Title:   e.title() + " shows " + m.field,
		Message: "The attribute " + m.field + ", which " + m.read.in + " " + verb + ", reaches the answer of " + e.title() + " in clear.",
		Mend:    finding.Mend{Text: "Leave " + m.field + " out of the answer."},
	}
	s.causes[f] = cause{entry: e, mark: m, read: m.read, path: x.path}
	s.report(f, answeredIn(x.Trace, e.fn), x.Trace)
}

// aboutPerson are sensitive attributes that are their owner's own to see. What
// others may pay or prove an identity with is shown in clear to nobody.
var aboutPerson = regexp.MustCompile(`(?i)(birth|dob|salary|diagnos|medical)`)

// rightful says whether the one who asks may well see an attribute: the person
// whom it is about, or whom the route gives a token to sign in with.
func (s *scanner) rightful(e *entry, m dataMark) bool {
	own := m.guarded || m.read.scope == classPrincipal
	if own && (m.decrypted || aboutPerson.MatchString(lastPart(m.field)) && !isCredential(m.field)) {
		return true
	}
	if !issuedName.MatchString(lastPart(m.field)) {
		return false
	}
	return own && signsIn(e) || slices.ContainsFunc(s.writes, func(w *write) bool {
		return w.in == m.read.in && w.table == m.read.table && w.item.Field(m.field) != nil
	})
}

var (
	issuedName = regexp.MustCompile(`(?i)^((access|auth|session|id|refresh)_?)?token$`)
	signInName = regexp.MustCompile(`(?i)log_?in|sign_?in|auth|token|session`)
)

// signsIn says whether a route is, by its names, one by which callers sign in.
func signsIn(e *entry) bool {
	return signInName.MatchString(e.path) || signInName.MatchString(e.fn.Name)
}
