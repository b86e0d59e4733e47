package scan

import (
	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
)

// answerMark says that a value is what DynamoDB says of a call beside the items:
// the whole answer of a write that asks for none, or ResponseMetadata.
type answerMark struct {
	op, in   string
	metadata bool
}

func (m answerMark) MarkKey() string {
	key := "a:" + m.op + ":" + m.in
	if m.metadata {
		key += "+"
	}
	return key
}

// index is what is left under a key: a status tells nothing, headers do.
// https://boto3.amazonaws.com/v1/documentation/api/latest/guide/error-handling.html
func (m answerMark) index(key string) []pyflow.Mark {
	switch {
	case !m.metadata && key == "ResponseMetadata":
		m.metadata = true
		return []pyflow.Mark{m}
	case m.metadata && key == "HTTPHeaders":
		return []pyflow.Mark{m}
	}
	return nil
}

// answerOf is what a write that asks for no item answers with.
func answerOf(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	return pyflow.Marked(answerMark{op: c.Method, in: frameTitle(f)}, f.Place(c.At), "what "+c.Method+" answers")
}

// reportAnswer reports what DynamoDB says of a call, where a caller gets it.
func (s *scanner) reportAnswer(e *entry, m answerMark, x shown) {
	what := "boto3's whole response"
	if m.metadata {
		what = "boto3's ResponseMetadata"
	}
	s.report(&finding.Finding{
		Rule: ruleRawResponse.ID, Severity: finding.Low, Confidence: finding.Likely, Context: frameName(e), Group: e.title(), Anchor: m.op + " in " + m.in + " metadata",
		Title:   e.title() + " answers with " + what,
		Message: "What " + m.op + " in " + m.in + " answers is sent on: request ids, HTTP headers and counts of retries, which tell that DynamoDB is behind the route and how it is called, and nothing that the caller needs.",
		Mend:    finding.Mend{Text: "Answer with a text or a status of your own, and log the request id."},
	}, end(x.Trace, e.fn.Place()), x.Trace, finding.Step{Location: locate(e.fn.Place()), Text: "answered by " + e.title()})
}
