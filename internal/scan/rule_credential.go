package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

var ruleCredential = finding.Rule{
	ID: "credential-in-clear", Title: "A credential is stored or compared in clear", CWEs: []finding.CWE{312, 522}, Severity: finding.Critical,
}

// reportWrites judges what the code stores, once all of it has been followed.
func (s *scanner) reportWrites() {
	for _, w := range s.writes {
		s.judgeWrite(w)
	}
}

func (s *scanner) judgeWrite(w *write) {
	var names []string
	var trace *pyflow.Trace
	// The attributes that are named.
	for _, name := range w.item.FieldNames() {
		if !isCredential(name) || s.declaredOtherwise(w.table, name) {
			continue
		}
		if t, raw := inClear(w.item.Fields[name]); raw {
			names = append(names, name)
			trace = t
		}
	}
	// The caller's JSON as a whole: whatever the code knows it to hold.
	for _, t := range w.item.Marks {
		m, ok := t.Mark.(clientMark)
		if !ok || m.name != "" {
			continue
		}
		for name := range s.asked[m.part+m.at] {
			if _, replaced := w.item.Fields[name]; isCredential(name) && !s.declaredOtherwise(w.table, name) && !replaced && !slices.Contains(names, name) {
				names = append(names, name)
				trace = t.Trace
			}
		}
	}
	if len(names) == 0 {
		return
	}
	slices.Sort(names)
	list := strings.Join(names, ", ")
	confidence := finding.Likely
	if s.table(w.table) != nil {
		confidence = finding.Certain
	}
	f := &finding.Finding{
		Rule: ruleCredential.ID, Severity: finding.Critical, Confidence: confidence, Context: w.in, Group: w.group, Anchor: list,
		Title:   w.in + " stores " + list + " in clear",
		Message: "What the caller sends as " + list + " goes into " + orSome(w.table, "the table") + " as it is. Whoever reads the table, a backup or a stream of it can sign in as its users.",
		Mend:    finding.Mend{Text: "Store werkzeug.security.generate_password_hash(" + names[0] + ") under a name of its own, and declare it secret."},
	}
	s.causes[f] = cause{table: w.table, secret: hashName(names[0])}
	s.report(f, w.at, trace)
}

// group is what a reader thinks of code under: the route that runs it, or where
// it stands.
func (s *scanner) group(f *pyflow.Frame) string {
	if s.current != nil {
		return s.current.title()
	}
	return frameTitle(f)
}

// keptByClient reports a password that goes into a cookie: Flask signs what it
// keeps of a session there, and does not encrypt it.
// https://flask.palletsprojects.com/en/stable/quickstart/#sessions
func (s *scanner) keptByClient(f *pyflow.Frame, name, where string, value *pyflow.Value, at pyflow.Place) {
	if lower := strings.ToLower(name); !strings.Contains(lower, "passw") && !strings.Contains(lower, "pwd") {
		return
	}
	trace, raw := inClear(value)
	if !raw {
		return
	}
	s.report(&finding.Finding{
		Rule: ruleCredential.ID, Severity: finding.High, Confidence: finding.Likely, CWEs: []finding.CWE{522, 312}, Context: frameTitle(f), Anchor: where + " " + name,
		Title:   frameTitle(f) + " keeps " + name + " in " + where + " in clear",
		Message: "What the caller sends as " + name + " goes into " + where + ", which is a cookie: readable to whoever has the browser, a proxy's log or a copy of the cookie.",
		Mend:    finding.Mend{Text: "Check the password once, and keep the user's id alone."},
	}, at, trace)
}

// watchCookie looks at cookies that are set.
func (s *scanner) watchCookie(f *pyflow.Frame, c *pyflow.Call) {
	if c.At != nil && c.Method == "set_cookie" {
		s.keptByClient(f, c.Arg(0, "key").Text(), "a cookie", c.Arg(1, "value"), f.Place(c.At))
	}
}

// hashName is a name for an attribute's hash.
func hashName(name string) string {
	if name = lastPart(name); !plainAttribute.MatchString(name) {
		name = "password"
	}
	return name + "_hash"
}

// inClear says whether a value is what a caller sent, or a parameter that no
// one is known to have hashed.
func inClear(v *pyflow.Value) (*pyflow.Trace, bool) {
	for _, t := range v.Deep() {
		switch m := t.Mark.(type) {
		case clientMark:
			return t.Trace, true
		case namedMark:
			if isCredential(m.name) {
				return t.Trace, true
			}
		}
	}
	return nil, false
}

// watchCondition reports a password that a query or a scan looks for: to be
// found it must be stored in clear.
func (s *scanner) watchCondition(f *pyflow.Frame, c *pyflow.Call, parts []conditionMark) {
	for _, p := range parts {
		if p.class == classClient && !p.digest && isCredential(p.attribute) && strings.Contains(strings.ToLower(p.attribute), "pass") {
			s.report(&finding.Finding{
				Rule: ruleCredential.ID, Severity: finding.Critical, Confidence: finding.Likely, Context: frameTitle(f), Anchor: "condition " + p.attribute,
				Title:   frameTitle(f) + " looks for " + p.attribute + " in clear",
				Message: "The condition compares the attribute " + p.attribute + " with what the caller sends, so the table must hold it in clear.",
				Mend:    finding.Mend{Text: "Read the item by its key and check the password with check_password_hash."},
			}, f.Place(c.At), nil)
		}
	}
}

// watchCompare reports an attribute that is compared with what the caller sent.
func (s *scanner) watchCompare(f *pyflow.Frame, m dataMark, other *pyflow.Value, at python.Expr) {
	if !isCredential(m.field) || !strings.Contains(strings.ToLower(m.field), "pass") {
		return
	}
	t, raw := inClear(other)
	if !raw {
		return
	}
	s.report(&finding.Finding{
		Rule: ruleCredential.ID, Severity: finding.Critical, Confidence: finding.Likely, Context: frameTitle(f), Anchor: "compare " + m.field,
		Title:   frameTitle(f) + " compares " + m.field + " in clear",
		Message: "The attribute " + m.field + " is compared with what the caller sends as it is, so the table holds it in clear.",
		Mend:    finding.Mend{Text: "Store a hash and compare with check_password_hash."},
	}, f.Place(at), t)
}
