package scan

import (
	"regexp"
	"strings"

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

// watchLog looks at what goes into a log.
func (s *scanner) watchLog(f *pyflow.Frame, c *pyflow.Call) {
	if c.At == nil || !logs(c) {
		return
	}
	what, severity, trace := "", finding.Low, (*pyflow.Trace)(nil)
	worse := func(w string, sev finding.Severity, t *pyflow.Trace) {
		if what == "" || sev > severity {
			what, severity, trace = w, sev, t
		}
	}
	for _, t := range c.All().Deep() {
		switch m := t.Mark.(type) {
		case clientMark:
			switch {
			case m.name == "" && (m.part == "body" || m.part == "form"):
				worse("the request's whole "+m.part, finding.Low, t.Trace)
			case m.name == "" && m.part == "event" && answersHTTP(f.Module().File.Text):
				worse("the whole event, with its headers and body", finding.Medium, t.Trace)
			case m.name == "" && m.part == "message":
				worse("a message as it came", finding.Medium, t.Trace)
			case m.part == "header" && strings.EqualFold(m.name, "authorization"), isSensitive(m.name):
				worse(m.name, finding.High, t.Trace)
			case m.part != "path" && isPersonal(m.name):
				worse(m.name, finding.Medium, t.Trace)
			}
		case dataMark:
			switch {
			case m.level == levelField && isSensitive(m.field):
				worse(m.field, finding.High, t.Trace)
			case m.level == levelField && isPersonal(m.field):
				worse(m.field, finding.Medium, t.Trace)
			case m.level <= levelItem && s.personalTable(m.read):
				worse("whole items of "+orSome(m.read.table, "the table"), finding.Medium, t.Trace)
			}
		case namedMark:
			if isCredential(m.name) {
				worse(m.name, finding.High, t.Trace)
			}
		}
	}
	if what == "" {
		return
	}
	s.report(&finding.Finding{
		Rule: ruleLog.ID, Severity: severity, Confidence: finding.Likely, Context: frameTitle(f), Anchor: "log",
		Title:   frameTitle(f) + " logs " + what,
		Message: "The call writes " + what + " into the log, where it outlives the request and is read by whoever operates the service.",
		Mend:    finding.Mend{Text: "Log an id, or the names of what was sent, not the values."},
	}, f.Place(c.At), trace)
}

// answersHTTP says whether a Lambda function's file has to do with callers at
// all: events of queues and schedules hold no credentials.
func answersHTTP(text string) bool {
	for _, word := range []string{"statusCode", "queryStringParameters", "pathParameters", "requestContext", "httpMethod", "awsgi", "serverless_wsgi", "Mangum", "apig_wsgi"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

func (s *scanner) personalTable(r *read) bool {
	return len(s.secretsOf(r.table)) > 0 || isUserData(r.table) && r.table != ""
}
