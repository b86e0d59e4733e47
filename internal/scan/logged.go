package scan

import (
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// itemLog is a log of whole items of a table of which it is not known, when the
// log is met, what the code stores there.
type itemLog struct {
	in    string
	at    pyflow.Place
	read  *read
	trace *pyflow.Trace
}

// reportLogs judges the logs of items, once all writes are known.
func (s *scanner) reportLogs() {
	for _, l := range s.logs {
		if s.personalTable(l.read) {
			s.reportLog(l.in, "whole items of "+orSome(l.read.table, "the table"), finding.Medium, finding.Likely, l.at, l.trace)
		}
	}
}

// freeText are the names of what people write to each other.
var freeText = regexp.MustCompile(`(?i)(^|_)(message|msg|body|content|text|comment|note|bio)s?$`)

// private says what a mark's value is that no log should hold, and how bad it
// is there; "" for what a log may hold.
func (s *scanner) private(f *pyflow.Frame, mark pyflow.Mark) (string, finding.Severity) {
	switch m := mark.(type) {
	case clientMark:
		return s.sent(f, m)
	case dataMark:
		switch {
		case m.level == levelField && isSensitive(m.field):
			return m.field, finding.High
		case m.level == levelField && (isPersonal(m.field) || freeText.MatchString(lastPart(m.field)) && isUserData(m.read.table)):
			return m.field, finding.Medium
		case m.level <= levelItem && s.personalTable(m.read):
			return "whole items of " + orSome(m.read.table, "the table"), finding.Medium
		}
	case settingMark:
		return m.name, finding.High
	case namedMark:
		if isCredential(m.name) {
			return m.name, finding.High
		}
	}
	return "", 0
}

// sent is private of what came from outside.
func (s *scanner) sent(f *pyflow.Frame, m clientMark) (string, finding.Severity) {
	whole := m.name == "" || m.name == "*"
	switch {
	case m.name == "" && m.model != nil && plainModel(m.model):
		return worstField(m.model)
	case m.name == "" && (m.part == "body" || m.part == "form"):
		return "the request's whole " + m.part, finding.Low
	case m.name == "" && m.part == "event" && (s.http[m.at] || answersHTTP(f.Module().File.Text)):
		return "the whole event, with its headers and body", finding.Medium
	case (m.name == "" || m.name == "Records" || m.name == "dynamodb") && m.part == "event" && streams(f.Module().File.Text):
		return "a stream's record, with the items in it", finding.Medium
	case m.name == "" && m.part == "event" && strings.Contains(f.Module().File.Text, "userAttributes"), m.name == "request" && m.part == "event":
		return "a user pool's event, with the user's attributes", finding.Medium
	case whole && m.part == "image":
		return "a stream's item", finding.Medium
	case whole && m.part == "user":
		return "the user's attributes", finding.Medium
	case m.name == "" && m.part == "message":
		return "a message as it came", finding.Medium
	case m.part == "header" && strings.EqualFold(m.name, "authorization"), isSensitive(m.name):
		return m.name, finding.High
	case m.part != "path" && isPersonal(m.name), m.part == "image" && freeText.MatchString(m.name):
		return m.name, finding.Medium
	case m.part == "path" && reachName.MatchString(contactPart(m.name)): // which the access log may hold as well
		return m.name, finding.Low
	}
	return "", 0
}

// contactPart is a name without what it says of which of several it is: email of
// primary_email.
func contactPart(name string) string {
	for _, which := range []string{"primary_", "user_", "customer_", "owner_", "contact_"} {
		name = strings.TrimPrefix(name, which)
	}
	return name
}

// plainModel says whether a model, and what it inherits from, declares nothing
// but fields of plain types: what a body of it holds is known by their names.
func plainModel(c *pyflow.Class) bool {
	classes, _ := c.Lineage()
	for _, c := range classes {
		if c.Def == nil {
			return false
		}
		for _, st := range c.Def.Body {
			if a, ok := st.(*python.AnnAssign); ok && !plainType.MatchString(c.Module.File.Source(a.Annotation.Pos())) {
				return false
			}
		}
	}
	return true
}

var plainType = regexp.MustCompile(`^(Optional\[|Union\[None, *)?((uuid|datetime|decimal)\.)?(str|int|float|bool|UUID4?|datetime|date|time|Decimal|EmailStr|(Any)?(Http)?Url|Secret(Str|Bytes))\]?( *\| *None)?$`)

// worstField is what is private of a model's fields by their names.
func worstField(c *pyflow.Class) (what string, severity finding.Severity) {
	for _, name := range modelFields(c) {
		switch {
		case isSensitive(name) && severity < finding.High:
			what, severity = name, finding.High
		case isPersonal(name) && severity < finding.Medium:
			what, severity = name, finding.Medium
		}
	}
	return what, severity
}

// streams says whether a Lambda function's file reads the items of a table's
// stream.
func streams(text string) bool { return containsAny(text, "NewImage", "OldImage") }

// contactKeys finds, in a dict that is logged whole, keys for how people are
// reached whose values come from somewhere that is not known.
func contactKeys(f *pyflow.Frame, c *pyflow.Call) string {
	values := append([]*pyflow.Value{}, c.Args...)
	for _, arg := range c.At.Args {
		text, ok := arg.(*python.FString)
		if !ok {
			continue
		}
		for _, part := range text.Parts {
			if field, ok := part.(*python.Field); ok {
				if name, ok := field.Value.(*python.Name); ok {
					values = append(values, f.Eval(name))
				}
			}
		}
	}
	var out []string
	for _, v := range values {
		for _, k := range v.FieldNames() {
			if v.Shape == pyflow.Dict && reachName.MatchString(k) && fromElsewhere(v.Fields[k]) && !slices.Contains(out, k) {
				out = append(out, k)
			}
		}
	}
	return strings.Join(out, ", ")
}

// fromElsewhere says that a value is none of the source's own, and not hidden.
func fromElsewhere(v *pyflow.Value) bool {
	return v == nil || len(v.Marks) == 0 && len(v.Externals()) > 0 && !slices.ContainsFunc(v.Externals(), func(x string) bool {
		return hashing(x) || containsAny(strings.ToLower(x), "mask", "redact", "anonym", "environ")
	})
}

// reachName is how a person is reached.
var reachName = regexp.MustCompile(`(?i)^(e_?mail(_?address)?|(tele)?phone(_?(no|number))?|mobile(_?(no|number))?)$`)

// answersHTTP says whether a Lambda function's file has to do with callers at
// all: events of queues and schedules hold no credentials.
func answersHTTP(text string) bool {
	return containsAny(text, "statusCode", "queryStringParameters", "pathParameters", "requestContext", "httpMethod", "awsgi", "serverless_wsgi", "Mangum", "apig_wsgi", "aws_lambda_powertools.event_handler", ".resolve(event",
		`event["body"]`, `event['body']`, `event.get("body"`, `event.get('body'`)
}

// logsEvent finds a Lambda function whose decorator, of Powertools' logger, logs
// each event as it comes.
// https://docs.powertools.aws.dev/lambda/python/latest/core/logger/#logging-incoming-event
func (s *scanner) logsEvent(f *pyflow.Frame, call *python.Call, target *pyflow.Value) {
	if call == nil || target == nil || !answersHTTP(f.Module().File.Text) {
		return
	}
	on := keyword(call, "log_event")
	if !isTrue(on) {
		return
	}
	for _, r := range target.Refs {
		if fn, ok := r.(*pyflow.Func); ok {
			fn = original(fn)
			s.reportLog(fn.Module.Name+"."+fn.Title(), "the whole event, with its headers and body", finding.Medium, finding.Likely, f.Place(on), nil)
		}
	}
}

// personalTable says whether the items that a read gives are about people: by
// the table's name, by what is asked for, by what the code stores there.
func (s *scanner) personalTable(r *read) bool {
	if r.shows != nil && !slices.ContainsFunc(r.shows, func(name string) bool { return isPersonal(name) || freeText.MatchString(name) }) {
		return false
	}
	return r.shows != nil || isUserData(r.table) || isUserData(r.hint) || len(s.secretsOf(r.table)) > 0 || s.ofPeople(r)
}
