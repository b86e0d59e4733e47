package scan

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/surface"
)

// level says how much of a table's answer a value holds.
type level uint8

const (
	levelResponse level = iota // what an SDK call gives: Items, Count, ResponseMetadata
	levelItems                 // a list of items
	levelItem                  // one item
	levelField                 // one attribute's value
	levelName                  // an attribute's name
	levelLastKey               // LastEvaluatedKey
)

// dataMark says that a value is from a table.
type dataMark struct {
	read  *read
	level level
	field string // for levelField; "*" for any
	// denied says that the attributes were copied but for a list of names.
	denied bool
	// guarded says that the code has shown the item to be the caller's own.
	guarded bool
	// template says that a template, or a library, picks what is shown.
	template bool
	// decrypted says that the code has taken a cipher off it.
	decrypted bool
}

func (m dataMark) MarkKey() string {
	key := "d:" + m.read.id + ":" + string('0'+rune(m.level)) + m.field
	for _, flag := range []bool{m.denied, m.guarded, m.template, m.decrypted} {
		if flag {
			key += "+"
		} else {
			key += "-"
		}
	}
	return key
}

// Remove makes an item, or items, without one of the attributes: what is left
// was chosen by naming what is not to be shown.
func (m dataMark) Remove(string) pyflow.Mark {
	if m.level == levelItem || m.level == levelItems {
		m.denied = true
	}
	return m
}

func (m dataMark) index(key string, known bool) []pyflow.Mark {
	switch m.level {
	case levelResponse:
		switch key {
		case "Items", "Responses":
			m.level = levelItems
		case "Item", "Attributes":
			m.level = levelItem
		case "LastEvaluatedKey":
			m.level = levelLastKey
		case "":
			m.level = levelItem
		case "ResponseMetadata":
			return []pyflow.Mark{answerMark{op: m.read.op, in: m.read.in, metadata: true}}
		default:
			return nil // Count
		}
	case levelItems:
		if key == "last_evaluated_key" {
			m.level = levelLastKey
			return []pyflow.Mark{m}
		}
		if known && !isNumber(key) {
			return []pyflow.Mark{m} // Responses[table]
		}
		m.level = levelItem
	case levelItem:
		if key == "Item" && m.read.op == "transact_get_items" { // each stands in an entry of its own
			return []pyflow.Mark{m}
		}
		m.level = levelField
		m.field = key
		if !known {
			m.field = "*"
		}
	case levelField:
		if known && !typeNames[key] && !isNumber(key) {
			m.field += "." + key
		}
		if strings.Count(m.field, ".") > 4 {
			return nil
		}
	}
	return []pyflow.Mark{m}
}

func (m dataMark) iterate(part pyflow.Part) []pyflow.Mark {
	switch {
	case m.level == levelItems && part == pyflow.Elements:
		m.level = levelItem
	case m.level == levelItems && part == pyflow.Values:
		return []pyflow.Mark{m}
	case m.level == levelItem && part == pyflow.Values:
		m.level, m.field = levelField, "*"
	case m.level == levelItem:
		m.level = levelName
	case m.level == levelField:
		return []pyflow.Mark{m}
	default:
		return nil
	}
	return []pyflow.Mark{m}
}

// typeNames are the members of an attribute value in DynamoDB's JSON.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
var typeNames = map[string]bool{"S": true, "N": true, "B": true, "SS": true, "NS": true, "BS": true, "M": true, "L": true, "BOOL": true, "NULL": true}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// clientMark says that a value is what a caller sent.
type clientMark struct {
	part string // path, query, body, form, header, cookie, event, message; image, user: of recordParts
	name string // "" for the whole of it
	at   string // where it was read, for telling origins apart
	// composed says that it is one part of a text whose other part is the
	// principal's.
	composed bool
	digest   bool          // only a digest of it is known
	model    *pyflow.Class // of a whole body, what it is declared to be; nil for unknown
}

func (m clientMark) MarkKey() string {
	key := "c:" + m.part + ":" + m.name + ":" + m.at
	if m.composed {
		key += "+"
	}
	return key
}

func (m clientMark) origin() string { return m.part + ":" + m.name }

func (m clientMark) index(key string, known bool) []pyflow.Mark {
	if part, ok := eventParts[key]; ok && m.part == "event" && m.name == "" {
		m.part = part
		return []pyflow.Mark{m}
	}
	if part, ok := recordParts[key]; ok && m.part == "event" {
		m.part, m.name = part, ""
		return []pyflow.Mark{m}
	}
	if known && !isNumber(key) {
		if m.name == "" || !clientPlain[key] {
			m.name = key
		}
	} else if m.name == "" {
		m.name = "*"
	}
	return []pyflow.Mark{m}
}

// eventParts are the members of API Gateway's event that hold what a caller sent.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
var eventParts = map[string]string{
	"pathParameters": "path", "queryStringParameters": "query", "multiValueQueryStringParameters": "query", "headers": "header",
	"multiValueHeaders": "header", "body": "body", "cookies": "cookie", "rawQueryString": "query",
	// As the classes of Powertools call them.
	"path_parameters": "path", "query_string_parameters": "query", "multi_value_query_string_parameters": "query", "json_body": "body", "decoded_body": "body",
}

// recordParts are the members of other events that hold what is about people:
// a table's stream's, a user pool's triggers'.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
var recordParts = map[string]string{"NewImage": "image", "OldImage": "image", "userAttributes": "user"}

// clientPlain are attributes of request objects that are no names of fields.
var clientPlain = map[string]bool{"data": true, "value": true, "S": true, "N": true, "M": true, "L": true, "file": true, "filename": true, "stream": true}

// principalMark says that a value is a verified caller's.
type principalMark struct{ name string }

func (m principalMark) MarkKey() string { return "p:" + m.name }

func (m principalMark) index(key string, known bool) []pyflow.Mark {
	if known && key != "" {
		m.name = key
	}
	return []pyflow.Mark{m}
}

// faultKind says what an error text is of.
type faultKind uint8

const (
	faultUnknown faultKind = iota // of whatever the body of a try called
	faultAWS                      // DynamoDB's, through boto3
	faultTrace                    // a traceback
)

// faultMark says that a value is the text of an exception that nobody wrote for
// a caller to read.
type faultMark struct {
	kind faultKind
	at   string // the clause that caught it
}

func (m faultMark) MarkKey() string { return "e:" + string('0'+rune(m.kind)) + m.at }

// namedMark says that a value is a parameter of which only the name is known.
type namedMark struct{ name string }

func (m namedMark) MarkKey() string { return "n:" + m.name }

// digestMark says that a value is a digest of what a caller sent: not the thing
// itself, and yet what chooses where it is a key.
type digestMark struct{ of clientMark }

func (m digestMark) MarkKey() string { return "y:" + m.of.MarkKey() }

// hashMark is a hash function's object, not yet a digest.
type hashMark struct {
	algorithm string
	at        pyflow.Place
}

func (m hashMark) MarkKey() string {
	return "h:" + m.algorithm + m.at.File.Path + string(rune(m.at.Start))
}

// conditionMark is a part of a key condition or of a filter.
type conditionMark struct {
	attribute string
	class     class
	client    string // the origin of a client's value
	digest    bool   // of which a digest is compared
	binding   surface.Binding
}

func (m conditionMark) MarkKey() string {
	return "q:" + m.attribute + ":" + string('0'+rune(m.class)) + m.client
}

// guardMark is the truth of a test that ties data to the principal.
type guardMark struct{ fact string }

func (m guardMark) MarkKey() string { return "g:" + m.fact }

// Tested implements pyflow.Tested.
func (guardMark) Tested() {}

// fileMark is a file opened for writing where the web server publishes files.
type fileMark struct{ name string }

func (m fileMark) MarkKey() string { return "f:" + m.name }

// class says whose a value is.
type class uint8

const (
	classNone      class = iota // a constant, or unknown
	classClient                 // what the caller sent
	classPrincipal              // the verified caller's
	classEither                 // one or the other: the caller may choose
)

// classify says whose a value is. Data found under the principal's key is the
// principal's.
func classify(v *pyflow.Value) (c class, client clientMark) {
	var principal, sent bool
	for _, t := range v.Deep() {
		switch m := t.Mark.(type) {
		case principalMark:
			principal = true
		case clientMark:
			if !m.composed {
				if !sent || client.digest {
					client = m
				}
				sent = true
			}
		case digestMark:
			if !sent {
				client = m.of
				client.digest = true
			}
			sent = true
		case dataMark:
			switch {
			case m.guarded || m.read.scope == classPrincipal:
				principal = true
			case m.read.scope == classClient:
				sent = true
			}
		case conditionMark:
			principal = principal || m.class == classPrincipal
			sent = sent || m.class == classClient
		}
	}
	switch {
	case principal && sent:
		return classEither, client
	case principal:
		return classPrincipal, client
	case sent:
		return classClient, client
	}
	return classNone, client
}
