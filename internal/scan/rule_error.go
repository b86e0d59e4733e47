package scan

import (
	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
)

var ruleError = finding.Rule{
	ID: "error-in-body", Title: "A response shows an error's own words", CWEs: []finding.CWE{209}, Severity: finding.Medium,
}

// reportFault reports the text of an exception in an answer.
func (s *scanner) reportFault(e *entry, m faultMark, x shown) {
	f := &finding.Finding{
		Rule: ruleError.ID, Severity: finding.Medium, Confidence: finding.Likely, Context: frameName(e), Group: e.title(), Anchor: "exception",
		Mend: finding.Mend{Text: "Log the exception, and answer with a text of your own and an id by which the log entry is found."},
	}
	switch m.kind {
	case faultAWS:
		f.Title = e.title() + " answers with DynamoDB's error"
		f.Message = "The text of boto3's exception reaches the answer of " + e.title() + ": it names tables, indexes, account ids, roles and expressions."
	case faultTrace:
		f.Severity = finding.High
		f.Title = e.title() + " answers with a traceback"
		f.Message = "A traceback reaches the answer of " + e.title() + ": file names, lines of source and versions."
	default:
		f.Title = e.title() + " answers with the text of any exception"
		f.Message = "The clause catches whatever was raised, and its text reaches the answer of " + e.title() + ": what a library says of paths, hosts, tables and values."
	}
	s.report(f, worded(x.Trace, e.fn.Place()), x.Trace)
}

// worded is where an exception is made into text, or else where it is first put
// to use after it was caught.
func worded(t *pyflow.Trace, other pyflow.Place) pyflow.Place {
	at := end(t, other)
	for ; t != nil; t = t.Prev {
		if t.File == nil || t.Caught {
			continue
		}
		at = t.Place
		if t.Text == "turned into text" {
			break
		}
	}
	return at
}

// watchFlash treats what is flashed as an answer: the next page shows it.
// https://flask.palletsprojects.com/en/stable/patterns/flashing/
func (s *scanner) watchFlash(f *pyflow.Frame, c *pyflow.Call) {
	if c.At == nil || c.Name != "flask.flash" || s.current == nil {
		return
	}
	for _, t := range f.TextOf(c.Arg(0, "message")).Deep() {
		if m, ok := t.Mark.(faultMark); ok {
			s.reportFault(s.current, m, shown{t, ""})
		}
	}
}

// watchAbort treats what abort is given as an answer.
func (s *scanner) watchAbort(f *pyflow.Frame, c *pyflow.Call) {
	if c.At == nil || c.Name != "flask.abort" && c.Method != "abort" {
		return
	}
	f.End()
	if s.current == nil {
		return
	}
	var all []shown
	for _, t := range handed(f, c, pyflow.Join(c.Args...)).Deep() {
		all = append(all, shown{t, ""})
	}
	for _, k := range sortedNames(c.Keywords) {
		walk(handed(f, c, c.Keywords[k]), k, 6, map[*pyflow.Value]bool{}, &all)
	}
	s.judge(s.current, all)
}

// handed is a value with the call that it is handed to as its last step.
func handed(f *pyflow.Frame, c *pyflow.Call, v *pyflow.Value) *pyflow.Value {
	return v.Map(func(t pyflow.Traced) pyflow.Traced {
		return pyflow.Traced{Mark: t.Mark, Trace: &pyflow.Trace{Place: f.Place(c.At), Text: "handed to " + c.Method, Prev: t.Trace, In: f.Func()}}
	})
}
