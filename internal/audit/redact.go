package audit

import (
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/discreet-dev/discreet/internal/fault"
)

const redacted = "[redacted]"

// sensitive words make an attribute's key one whose value is never written.
var sensitive = [...]string{
	"authorization", "cookie", "token", "cursor", "query", "secret", "password", "passwd",
	"credential", "signature", "api_key", "api-key", "apikey", "private_key", "oidc-data",
}

func isSensitive(key string) bool {
	for _, word := range sensitive {
		if hasFold(key, word) {
			return true
		}
	}
	return false
}

// hasFold reports whether s holds word, which is in lower case, in any case.
func hasFold(s, word string) bool {
	for i := 0; i+len(word) <= len(s); i++ {
		if s[i]|0x20 == word[0] && strings.EqualFold(s[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

// What looks like a credential, wherever it stands. The last alternative is any
// text without a break that is as long as a sealed cursor or a session token.
var credential = regexp.MustCompile(`(?i:\b(?:bearer|basic)\s+)[^\s"',;]+` +
	`|AWS4-HMAC-SHA256.*` +
	`|\beyJ[A-Za-z0-9_-]{6,}[A-Za-z0-9_.=-]*` +
	`|\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|AGPA|AIPA|ANPA|ANVA|APKA|ASCA)[A-Z0-9]{16}\b` +
	`|\b(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9+/=]*` +
	`|[A-Za-z0-9_+=-]{100,}`)

// A URL's query, or a path's.
var queryPart = regexp.MustCompile(`(/[^\s"'?]*)\?[^\s"']*`)

// After these words a message goes on with data: DynamoDB's, and net/http's
// report of bytes that nobody asked for.
var leads = []string{
	"numeric value:", "AttributeValue:", "starting with", "Canonical String", "String-to-Sign",
}

// clean is what may be written of a string.
func clean(s string) string { return cutLeads(mask(s)) }

// mask replaces credentials and queries. Most strings hold nothing that has to
// be looked at twice.
func mask(s string) string {
	if len(s) > maxString {
		// Cut before the search, which then has a bound; the cut may leave the
		// head of a credential, too short to be recognised.
		s = s[:maxString-256] + "..."
	}
	if mayHold(s) {
		s = credential.ReplaceAllString(s, redacted)
	}
	if strings.IndexByte(s, '?') > 0 {
		s = queryPart.ReplaceAllString(s, "$1?"+redacted)
	}
	return s
}

// mayHold reports whether s holds how a credential begins; it may be wrong
// about a string that holds none.
func mayHold(s string) bool {
	if len(s) >= 100 {
		return true
	}
	for i := 0; i+4 <= len(s); i++ {
		switch s[i] {
		case 'e':
			if s[i+1:i+3] == "yJ" {
				return true
			}
		case 'A': // AKIA and its kin, AWS4-HMAC-SHA256
			if s[i+3] == 'A' || s[i+3] == '4' {
				return true
			}
		case 'F', 'I': // session tokens: FQoG, FwoG, IQoJ
			if s[i+2] == 'o' {
				return true
			}
		case 'B', 'b':
			if hasFold(s[i:], "bearer") || hasFold(s[i:], "basic") {
				return true
			}
		}
	}
	return false
}

func cutLeads(s string) string {
	for _, lead := range leads {
		if i := strings.Index(s, lead); i >= 0 {
			s = s[:i+len(lead)] + " " + redacted
		}
	}
	return s
}

// Data in DynamoDB's messages stands between quotes, brackets or braces. The
// greedy match takes too much rather than too little: a value may hold a quote.
var quotedData = regexp.MustCompile(`(?s)'.*'|".*"|\[.*\]|\{.*\}|\(.*\)`)

// What may follow a colon in a message of DynamoDB's: the words of its own
// texts, and what IAM's refusals name.
var known = regexp.MustCompile(`^(?:Value|Type mismatch|Missing the key|An expression|An operand|Syntax error|The |One or more|` +
	`Size of|Item size|Aggregated size|Too many|Only |Cannot |Must |No |Number overflow|Number underflow|Attempting to store|` +
	`Invalid |Incorrect |Expression|ProjectionExpression|KeyConditionExpression|Query |Table|Index|Attribute name is a reserved keyword|` +
	`Two document paths|Supplied AttributeValue|Member must|[SNBLM](?: actual|$)|(?:SS|NS|BS|BOOL|NULL)(?: actual|$)|` +
	`arn:aws[a-z-]*:|dynamodb:[A-Z][A-Za-z]+(?: |$)|User$|User )`)

// Scrub takes out of a message of DynamoDB's what may be the value of an
// attribute: the values given, quoted and bracketed text, and what follows a
// colon unless it begins as DynamoDB's own texts do. Names of tables and
// attributes outside quotes stay.
func Scrub(message string, values ...string) string {
	for _, v := range values {
		if v != "" {
			message = strings.ReplaceAll(message, v, redacted)
		}
	}
	message = quotedData.ReplaceAllString(message, redacted)
	message = cutLeads(message)
	parts := strings.SplitAfter(message, ": ")
	for i, part := range parts[1:] {
		if !known.MatchString(strings.TrimSuffix(part, ": ")) && part != redacted {
			parts[i+1] = redacted
			parts = parts[:i+2] // what follows data is data
			break
		}
	}
	return clean(strings.Join(parts, ""))
}

// errorText is an error's text without the data that the errors of DynamoDB and
// of the standard library's parsers quote.
func errorText(err error) string {
	text := err.Error()
	for _, secret := range quotedBy(err) {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, redacted)
		}
	}
	answers := upstreams(err, nil)
	if len(answers) == 0 {
		return clean(text)
	}
	for _, up := range answers {
		text = upstreamText(text, up)
	}
	return mask(text) // their messages are scrubbed, and more follows each
}

// upstreams are the error answers of DynamoDB anywhere in an error.
func upstreams(err error, found []*fault.Upstream) []*fault.Upstream {
	if up, ok := err.(*fault.Upstream); ok { //nolint:errorlint // every one is wanted, not the first
		return append(found, up)
	}
	switch wrapper := err.(type) { //nolint:errorlint // it walks the tree itself
	case interface{ Unwrap() error }:
		if inner := wrapper.Unwrap(); inner != nil {
			return upstreams(inner, found)
		}
	case interface{ Unwrap() []error }:
		for _, inner := range wrapper.Unwrap() {
			found = upstreams(inner, found)
		}
	}
	return found
}

// upstreamText puts the scrubbed message in the place of the message. Where
// the text does not hold it as it is, only the code and the status are told.
func upstreamText(text string, up *fault.Upstream) string {
	if up.Message == "" {
		return text
	}
	if !strings.Contains(text, up.Message) {
		return (&fault.Upstream{Status: up.Status, Code: up.Code, Message: redacted, RequestID: up.RequestID}).Error()
	}
	return strings.ReplaceAll(text, up.Message, Scrub(up.Message))
}

func quotedBy(err error) []string {
	var number *strconv.NumError
	if errors.As(err, &number) {
		return []string{strconv.Quote(number.Num), number.Num}
	}
	var date *time.ParseError
	if errors.As(err, &date) {
		return []string{strconv.Quote(date.Value), date.Value, date.ValueElem}
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		if value, ok := strings.CutPrefix(kind.Value, "number "); ok {
			return []string{value}
		}
	}
	return nil
}
