package template

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
)

// Literals is where a file writes the values of one element of a statement, as
// literals and nothing else: a string, a list in brackets, or a list of YAML
// with dashes. It is found in the text itself, so that what comes from a
// variable, a local, a function or an anchor has none.
type Literals struct {
	Path, Text string
	Name       string // of the element, as it is written
	Key        int    // the offset of the name
	Assigned   bool   // by HCL's equals sign, not a colon
	start, end int    // from the first value's beginning to the last one's end
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
	elementName = regexp.MustCompile(`(?:^|[^A-Za-z0-9_])"?(Action|actions|Resource|resources)"?[ \t]*([:=])$`)
	dashAlone   = regexp.MustCompile(`(?:^|\n)([ \t]*)-$`)
	comma       = regexp.MustCompile(`^\s*,\s*$`)
	nextDash    = regexp.MustCompile(`^[ \t]*\r?\n[ \t]*-[ \t]+$`)
	closing     = regexp.MustCompile(`^\s*,?\s*\]`)
	ending      = regexp.MustCompile(`^[ \t]*(?:$|[\r\n,}#])`)
	plainScalar = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9:/_.-]*[A-Za-z0-9]$`)
)

const blank = " \t\r\n"

// maxElementName bounds how far back an element's name is looked for.
const maxElementName = 200

// LiteralsOf finds the values of an element of a statement in the text of its
// file; ok is false where they are no literals within the statement, or stand in
// a form that is not known here.
func LiteralsOf(path, text string, st *policy.Statement, v policy.Values) (s Literals, ok bool) {
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
	s = Literals{Path: path, Text: text, start: v.List[0].Start.Offset, end: last}
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
	s.Name, s.Key, s.Assigned = before[m[2]:m[3]], from+m[2], before[m[4]] == '='
	return s, st.Path == path && st.Start.Offset <= s.Key && s.end <= st.End.Offset && s.whole(v)
}

// whole checks what stands between the values and behind them.
func (s *Literals) whole(v policy.Values) bool {
	for i := range v.List[1:] {
		gap := s.Text[v.List[i].End.Offset:v.List[i+1].Start.Offset]
		if s.form == alone || s.form == brackets && !comma.MatchString(gap) || s.form == dashes && !nextDash.MatchString(gap) {
			return false
		}
	}
	after := s.Text[s.end:]
	if s.form == brackets {
		close := closing.FindString(after)
		if close == "" {
			return false
		}
		after = after[len(close):]
	}
	return ending.MatchString(after) && !(s.plain && s.Assigned)
}

// literally reports whether a source text is the value and nothing but.
func literally(source, value string) bool {
	return slices.Contains([]string{
		QuoteJSON(value), QuoteHCL(value), QuoteJSON(strings.ReplaceAll(value, "${", "&{")), value, "'" + value + "'",
	}, source) && source != ""
}

// HCL reports whether the file's strings are templates of HCL.
func (s *Literals) HCL() bool {
	return strings.HasSuffix(s.Path, ".tf") || strings.HasSuffix(s.Path, ".tf.json")
}

func (s *Literals) quote(value string, plain bool) string {
	switch {
	case s.HCL():
		return QuoteHCL(value)
	case plain && plainScalar.MatchString(value):
		return value
	}
	return QuoteJSON(value)
}

// write is the values in the form that the text has.
func (s *Literals) write(values []string) string {
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

// Replaced is the edit that puts other values in the place of all.
func (s *Literals) Replaced(values []string) finding.Edit {
	e := finding.Edit{Location: finding.Location{Path: s.Path}, New: s.write(values)}
	e.Start, e.End = s.Place(s.start), s.Place(s.end)
	return e
}

// Place is an offset's position in the file.
func (s *Literals) Place(offset int) finding.Position {
	before := s.Text[:offset]
	line := strings.LastIndexByte(before, '\n') + 1
	return finding.Position{Line: strings.Count(before, "\n") + 1, Column: len([]rune(before[line:])) + 1, Offset: offset}
}

// QuoteJSON is a string as JSON has it, and YAML in double quotes.
func QuoteJSON(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return `""`
	}
	return strings.TrimSpace(b.String())
}

// QuoteHCL quotes a string so that nothing in it is a template of HCL's.
func QuoteHCL(s string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(QuoteJSON(s))
}
