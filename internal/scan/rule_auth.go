package scan

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
)

var ruleMissingAuth = finding.Rule{
	ID: "missing-authentication", Title: "A route reads a table and asks for no login", CWEs: []finding.CWE{306, 200}, Severity: finding.High,
}

// reportConstant judges a read whose key nobody chooses: what it shows is the
// same for all, and so it matters who may ask.
func (s *scanner) reportConstant(e *entry, r *read, list []shown, x shown) {
	if e.auth || e.knows || e.kind != route || r.scans() {
		return
	}
	secret := isSensitive(r.table) || isSensitive(e.path) || isSensitive(e.fn.Name)
	for _, part := range strings.FieldsFunc(e.path+"/"+e.fn.Name, func(c rune) bool { return c == '/' || c == '_' }) {
		secret = secret || isSensitive(part)
	}
	for _, y := range list {
		m := y.Mark.(dataMark)
		secret = secret || isSensitive(m.field) || y.path != "" && isSensitive(y.path)
	}
	types := s.types(r)
	if !secret && !s.guarded[e.fn.Module.Name] && types == nil {
		return
	}
	severity := finding.Medium
	if secret {
		severity = finding.High
	}
	f := &finding.Finding{
		Rule: ruleMissingAuth.ID, Severity: severity, Confidence: finding.Likely, Context: frameName(e), Group: e.title(), Anchor: r.op + " in " + r.in,
		Title:   e.title() + " reads " + orSome(r.table, "a table") + " for anyone",
		Message: "The route answers with what " + r.in + " reads, and nothing on its way asks who the caller is.",
		Mend:    finding.Mend{Text: "Ask for a login, as the app's other routes do; in a contract every route asks unless it says `anonymous`."},
	}
	s.causes[f] = cause{entry: e, read: r}
	if types != nil {
		f.Confidence = finding.Certain
		f.Message += " No view shows " + named(s.withheld(e, r, list, types)) + " to a caller without a login."
	}
	s.report(f, r.at, x.Trace, finding.Step{Location: locate(e.fn.Place()), Text: "answered by " + e.title()})
}

// reportDisabled reports a login that stands behind a #.
func (s *scanner) reportDisabled(e *entry) {
	if e.off == nil {
		return
	}
	at := pyflow.Place{File: e.fn.Module.File, Span: *e.off}
	s.report(&finding.Finding{
		Rule: ruleMissingAuth.ID, Severity: finding.High, Confidence: finding.Likely, Context: frameName(e), Group: e.title(), Anchor: "disabled login",
		Title:   e.title() + " has its login commented out",
		Message: "What asks for a login at " + e.fn.Title() + " is a comment, so anyone may call the route.",
		Mend:    finding.Mend{Text: "Take the # away again."},
	}, at, nil)
}
