package scan

import (
	"regexp"
	"unicode"
	"unicode/utf8"
)

// The members of DynamoDB's answers begin with a capital: a dict with another
// key is one that the code has made.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
func ofAnswer(key string) bool {
	first, _ := utf8.DecodeRuneInString(key)
	return unicode.IsUpper(first)
}

var failureKey = regexp.MustCompile(`(?i)^(is_?)?(err|errors?|error_?(code|message|msg)|failed|failure|exception)$`)

// MayHold implements pyflow.Keyed: what is asked for an error that the code puts
// into an answer of its own is that answer.
func (m dataMark) MayHold(key string, elsewhere bool) bool {
	switch m.level {
	case levelResponse:
		return ofAnswer(key)
	case levelItem, levelItems:
		return !elsewhere || !failureKey.MatchString(key)
	}
	return true
}

// MayHold implements pyflow.Keyed.
func (m answerMark) MayHold(key string, _ bool) bool { return ofAnswer(key) }
