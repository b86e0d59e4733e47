package scan

import (
	"regexp"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

var ruleLog = finding.Rule{
	ID: "sensitive-log", Title: "A log holds what nobody should read there", CWEs: []finding.CWE{532}, Severity: finding.Medium,
}

var logReceiver = regexp.MustCompile(`(?i)log`)

// logs says whether a call writes to a log.
func logs(c *pyflow.Call) bool {
	switch c.Method {
	case "print", "pprint":
		_, plain := c.At.Func.(*python.Name)
		return plain
	case "debug", "info", "warning", "warn", "error", "exception", "critical", "log":
		a, ok := c.At.Func.(*python.Attribute)
		if !ok {
			return false
		}
		switch v := a.Value.(type) {
		case *python.Name:
			return logReceiver.MatchString(v.ID)
		case *python.Attribute:
			return logReceiver.MatchString(v.Attr)
		}
	}
	return false
}

// printed is what a call puts into a log: of an object that makes a text of
// itself, that.
func printed(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	v := c.All()
	for _, r := range v.RefList() {
		if i, ok := r.(*pyflow.Instance); ok {
			v = f.TextOf(v)
			if i.Class.Method("__repr__") == nil && i.Class.Method("__str__") == nil && len(i.Class.Annotated()) > 0 {
				v = pyflow.Join(v, pyflow.AsDict(pyflow.Of(i))) // a dataclass, a model: every field
			}
		}
	}
	return v
}

// watchLog looks at what goes into a log.
func (s *scanner) watchLog(f *pyflow.Frame, c *pyflow.Call) {
	if c.At == nil || !logs(c) {
		return
	}
	written := printed(f, c)
	shown := s.byHand(f, c)
	what, severity, trace, confidence := s.loggedWorst(f, written, shown)
	for _, t := range written.Deep() {
		if m, ok := t.Mark.(dataMark); ok && !shown && m.level <= levelItem && !s.personalTable(m.read) {
			if _, _, known := s.logged(m); !known {
				s.logs = append(s.logs, itemLog{frameTitle(f), f.Place(c.At), m.read, t.Trace})
			}
		}
	}
	if w := contactKeys(f, c); w != "" && what == "" {
		what, severity = w, finding.Low
	}
	if w := wholeSettings(written); w != "" && severity < finding.High {
		what, severity = w, finding.High
	}
	if what == "" {
		return
	}
	s.reportLog(frameTitle(f), what, severity, confidence, f.Place(c.At), trace, s.redact(f, c)...)
}

// byHand says whether a call prints for whoever runs a script by hand: no caller
// of the app's brings about what it prints.
func (s *scanner) byHand(f *pyflow.Frame, c *pyflow.Call) bool {
	return s.current == nil && (c.Method == "print" || c.Method == "pprint") && (f.Func() == nil || mainGuard.MatchString(f.Module().File.Text))
}

var mainGuard = regexp.MustCompile(`(?m)^if __name__ == ["']__main__["']`)

// loggedWorst is the worst of what a value brings into a log, "" for nothing;
// what a contract says is certain. Who runs a script may see the items that it
// is run to show.
func (s *scanner) loggedWorst(f *pyflow.Frame, v *pyflow.Value, shown bool) (what string, severity finding.Severity, trace *pyflow.Trace, confidence finding.Confidence) {
	confidence = finding.Likely
	for _, t := range v.Deep() {
		w, sev, sure := "", finding.Low, finding.Likely
		m, isData := t.Mark.(dataMark)
		known := false
		if isData {
			if w, sev, known = s.logged(m); known {
				sure = finding.Certain
			}
		}
		if !known {
			w, sev = s.private(f, t.Mark)
		}
		if isData && shown && sev < finding.High {
			continue
		}
		if w != "" && (what == "" || sev > severity) {
			what, severity, trace, confidence = w, sev, t.Trace, sure
		}
	}
	return what, severity, trace, confidence
}

func (s *scanner) reportLog(in, what string, severity finding.Severity, confidence finding.Confidence, at pyflow.Place, trace *pyflow.Trace, mend ...finding.Edit) {
	s.report(&finding.Finding{
		Rule: ruleLog.ID, Severity: severity, Confidence: confidence, Context: in, Anchor: "log",
		Title:   in + " logs " + what,
		Message: "The call writes " + what + " into the log, where it outlives the request and is read by whoever operates the service.",
		Mend:    finding.Mend{Text: "Log an id, or the names of what was sent, not the values.", Edits: mend},
	}, at, trace)
}
