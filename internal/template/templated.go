package template

import (
	"regexp"
	"strconv"
	"strings"
)

// engineTag is a tag of Jinja's or of its kin: {{ a value }}, {% a statement %},
// {# a comment #}.
var engineTag = regexp.MustCompile(`(?s)\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}`)

// templated is a text in which a template engine has yet to fill values in, as
// it can be read before: a value is unknown, statements and comments are blank.
// Every byte outside of the tags stays where it is. Of a choice all branches
// stand; a name that stands twice then is unknown. A text without tags, or with
// one that has no room for the mark of the unknown, stays as it is.
func (u *unknowns) templated(text string) string {
	if !strings.Contains(text, "{{") && !strings.Contains(text, "{%") {
		return text
	}
	fits := true
	out := engineTag.ReplaceAllStringFunc(text, func(tag string) string {
		switch {
		case strings.HasPrefix(tag, "{{resolve:"):
			return tag // CloudFormation's own
		case !strings.HasPrefix(tag, "{{"):
			return blanked(tag)
		}
		u.mark(strings.TrimSpace(strings.Trim(tag, "{}-")), "a template engine fills it in")
		number := strconv.Itoa(len(u.list) - 1)
		room := len(tag) - len(string(markOpen)) - len(string(markClose)) - len(number)
		if room < 0 || strings.Contains(tag, "\n") {
			fits = false
			return tag
		}
		return string(markOpen) + strings.Repeat("0", room) + number + string(markClose)
	})
	if !fits {
		return text
	}
	return out
}

// blanked is a text's lines without what stands on them.
func blanked(text string) string {
	out := []byte(text)
	for i, c := range out {
		if c != '\n' && c != '\r' {
			out[i] = ' '
		}
	}
	return string(out)
}
