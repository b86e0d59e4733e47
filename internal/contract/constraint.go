package contract

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Constrained says what the contract asks of a scalar's text (one_of,
// max_length, pattern), when the text is not that; "" when it is.
func (a *Attribute) Constrained(text string) string {
	if a.MaxLength > 0 && a.Type == S && utf8.RuneCountInString(text) > a.MaxLength {
		return "takes at most " + strconv.Itoa(a.MaxLength) + " characters"
	}
	if a.Pattern != nil && !a.Pattern.MatchString(text) {
		return "takes text that matches " + a.Pattern.String()
	}
	if len(a.OneOf) == 0 {
		return ""
	}
	var names []string
	for _, c := range a.OneOf {
		if c.Text == text {
			return ""
		}
		names = append(names, c.Text)
	}
	return "takes one of " + strings.Join(names, ", ")
}
