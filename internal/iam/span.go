package iam

import (
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/policy"
)

// span is where a template writes the values of one element of a statement, as
// literals and nothing else: a string, a list in brackets, or a list of YAML
// with dashes. It is found in the text itself, so that what comes from a
// variable, a local, a function or an anchor has none.
type span struct {
	path, text string
	name       string // of the element, as it is written
	key        int    // the offset of the name
	start, end int    // from the first value's beginning to the last one's end
	assigned   bool   // by HCL's equals sign, not a colon
	plain      bool   // the first value has no quotes
	form       form
	between    string // what parts two values
}

// form is how values are written.
type form uint8

const (
	alone form = iota
	brackets
	dashes
)

var (
	elementName  = regexp.MustCompile(`(?:^|[^A-Za-z0-9_])"?(Action|actions|Resource|resources)"?[ \t]*([:=])$`)
	dashAlone    = regexp.MustCompile(`(?:^|\n)([ \t]*)-$`)
	comma        = regexp.MustCompile(`^\s*,\s*$`)
	nextDash     = regexp.MustCompile(`^[ \t]*\r?\n[ \t]*-[ \t]+$`)
	closing      = regexp.MustCompile(`^\s*,?\s*\]`)
	ending       = regexp.MustCompile(`^[ \t]*(?:$|[\r\n,}#])`)
	plainScalar  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9:/_.-]*[A-Za-z0-9]$`)
	ownLine      = regexp.MustCompile(`(?:^|\n)([ \t]*(?:- +)*)"?$`)
	withinBraces = regexp.MustCompile(`[{,]\s*"?$`)
)

const blank = " \t\r\n"

// maxElementName bounds how far back an element's name is looked for.
const maxElementName = 200

// spanOf finds the values of an element of the statement in the template's text;
// ok is false where they are no literals within the statement, or stand in a form
// that is not known here.
func spanOf(c *culprit, v policy.Values) (s span, ok bool) {
	path, text := c.attached.Template.Path, c.attached.Template.Text
	if v.Not || len(v.List) == 0 {
		return s, false
	}
	last := 0
	for _, x := range v.List {
		if x.Unresolved || x.Path != path || x.Start.Offset < last || x.End.Offset < x.Start.Offset || x.End.Offset > len(text) {
			return s, false
		}
		if !literally(text[x.Start.Offset:x.End.Offset], x.Text) {
			return s, false
		}
		last = x.End.Offset
	}
	s = span{path: path, text: text, start: v.List[0].Start.Offset, end: last}
	s.plain = !strings.ContainsRune(`"'`, rune(text[s.start]))
	from := max(0, s.start-maxElementName)
	before := strings.TrimRight(text[from:s.start], blank)
	gap := text[from+len(before) : s.start]
	if b, there := strings.CutSuffix(before, "["); there {
		s.form, before, s.between = brackets, strings.TrimRight(b, blank), ", "
		if strings.Contains(gap, "\n") {
			s.between = "," + gap
		}
	} else if m := dashAlone.FindStringSubmatch(before); m != nil {
		s.form, s.between = dashes, "\n"+m[1]+"- "
		before = strings.TrimRight(strings.TrimSuffix(before, "-"), blank)
	}
	m := elementName.FindStringSubmatchIndex(before)
	if m == nil {
		return s, false
	}
	s.name, s.key, s.assigned = before[m[2]:m[3]], from+m[2], before[m[4]] == '='
	return s, c.Path == path && c.Start.Offset <= s.key && s.end <= c.End.Offset && s.whole(v)
}

// whole checks what stands between the values and behind them.
func (s *span) whole(v policy.Values) bool {
	for i := range v.List[1:] {
		gap := s.text[v.List[i].End.Offset:v.List[i+1].Start.Offset]
		if s.form == alone || s.form == brackets && !comma.MatchString(gap) || s.form == dashes && !nextDash.MatchString(gap) {
			return false
		}
	}
	after := s.text[s.end:]
	if s.form == brackets {
		close := closing.FindString(after)
		if close == "" {
			return false
		}
		after = after[len(close):]
	}
	return ending.MatchString(after) && !(s.plain && s.assigned)
}

// literally reports whether a source text is the value and nothing but.
func literally(source, value string) bool {
	return slices.Contains([]string{
		string(quoted(value)), quoteHCL(value), string(quoted(strings.ReplaceAll(value, "${", "&{"))), value, "'" + value + "'",
	}, source) && source != ""
}

// hcl reports whether the file's strings are templates of HCL.
func (s *span) hcl() bool {
	return strings.HasSuffix(s.path, ".tf") || strings.HasSuffix(s.path, ".tf.json")
}

func (s *span) quote(value string, plain bool) string {
	switch {
	case s.hcl():
		return quoteHCL(value)
	case plain && plainScalar.MatchString(value):
		return value
	}
	return string(quoted(value))
}

// write is the values in the form that the text has.
func (s *span) write(values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		// Within YAML's brackets a colon is not always part of a word.
		out[i] = s.quote(v, s.plain && (s.form != alone || len(values) == 1))
	}
	switch {
	case s.form != alone:
		return strings.Join(out, s.between)
	case len(out) == 1:
		return out[0]
	}
	return "[" + strings.Join(out, ", ") + "]"
}
