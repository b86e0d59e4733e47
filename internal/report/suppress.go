package report

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/finding"
)

// Suppression is a comment that takes a finding out of force:
//
//	# discreet: ignore[rule-id, other-rule] -- reason
//
// It holds for findings that begin or end on its own line, and, where it stands
// alone on its line, for those that begin on the next line. Several may stand
// above one another, and all hold for the line below them.
type Suppression struct {
	finding.Location
	Rules  []string
	Reason string
	// Alone says that nothing but the comment stands on its line.
	Alone bool
	// Fault says what is wrong with it, "" for a good one. A bad one suppresses
	// nothing.
	Fault string
}

// BadSuppression is the rule that a suppression breaks which names no rule or
// gives no reason. It cannot be suppressed.
func BadSuppression() finding.Rule {
	return finding.Rule{
		ID:       "bad-suppression",
		Title:    "A suppression without a rule or a reason",
		Summary:  "A comment that takes a finding out of force names the rule and says why. One that does not has no effect.",
		Help:     "Write `# discreet: ignore[rule-id] -- why this is no exposure`.\n\nThe reason is for whoever reads the code next, and is shown in every report.\n\nBad:\n\n```python\nreturn jsonify(item)  # discreet: ignore[raw-item]\n```\n\nGood:\n\n```python\nreturn jsonify(item)  # discreet: ignore[raw-item] -- the table holds public prices alone\n```\n",
		Severity: finding.Medium,
	}
}

// ParseSuppression reads a comment, from its # or //, and says whether it means
// to be a suppression at all.
func ParseSuppression(comment string) (Suppression, bool) {
	text := strings.TrimSpace(strings.TrimLeft(comment, "#/"))
	rest, ok := cutWord(text, "discreet:")
	if !ok {
		return Suppression{}, false
	}
	rest, ok = cutWord(rest, "ignore")
	if !ok {
		return Suppression{Fault: "expected ignore[rule] after discreet:"}, true
	}
	var s Suppression
	list, after, closed := strings.Cut(strings.TrimPrefix(rest, "["), "]")
	if !strings.HasPrefix(rest, "[") || !closed {
		s.Fault = "it names no rule"
		return s, true
	}
	for id := range strings.SplitSeq(list, ",") {
		if id = strings.TrimSpace(id); id != "" {
			s.Rules = append(s.Rules, id)
		}
	}
	reason, dashes := strings.CutPrefix(strings.TrimSpace(after), "--")
	s.Reason = strings.TrimSpace(reason)
	switch {
	case len(s.Rules) == 0:
		s.Fault = "it names no rule"
	case !dashes || s.Reason == "":
		s.Fault = "it gives no reason after --"
	}
	return s, true
}

// cutWord takes a word and the space after it off the front of text.
func cutWord(text, word string) (string, bool) {
	rest, ok := strings.CutPrefix(text, word)
	return strings.TrimLeft(rest, " \t"), ok
}

// FindSuppression looks for a suppression in a line or a comment, which may
// begin with something else: another tool's directive, code with a # in a
// string. at is where its marker ("#", "//") stands.
func FindSuppression(line string, markers ...string) (s Suppression, at int, ok bool) {
	for _, marker := range markers {
		// The last one that works.
		for at := strings.LastIndex(line, marker); at >= 0; at = strings.LastIndex(line[:at], marker) {
			if s, ok := ParseSuppression(strings.TrimRight(line[at:], "\r\n")); ok {
				return s, at, true
			}
		}
	}
	return s, 0, false
}

// ReadSuppressions finds the suppressions in a text whose comments begin with
// one of the markers ("#", "//"). It does not know strings: for Python, parse
// the comments that the syntax tree has.
func ReadSuppressions(path, text string, markers ...string) []Suppression {
	var out []Suppression
	number, offset := 0, 0
	for line := range strings.Lines(text) {
		number++
		if s, at, ok := FindSuppression(line, markers...); ok {
			s.Path = path
			s.Start = finding.Position{Line: number, Column: utf8.RuneCountInString(line[:at]) + 1, Offset: offset + at}
			end := len(strings.TrimRight(line, "\r\n"))
			s.End = finding.Position{Line: number, Column: utf8.RuneCountInString(line[:end]) + 1, Offset: offset + end}
			before := strings.TrimSpace(line[:at])
			s.Alone = before == "" || slices.ContainsFunc(markers, func(m string) bool { return strings.HasPrefix(before, m) })
			out = append(out, s)
		}
		offset += len(line)
	}
	return out
}

// Suppress applies suppressions to findings, those of a file in the order of
// their lines. It returns the findings, with the bad suppressions among them as
// findings of their own, and notices of the good ones that suppressed nothing,
// which say where there is no such rule. Identify comes after it.
func Suppress(findings []finding.Finding, suppressions []Suppression, rules []finding.Rule) ([]finding.Finding, []finding.Notice) {
	type place struct {
		path string
		line int
	}
	byLine := make(map[place][]int)
	used := make([]bool, len(suppressions))
	below := make(map[place]place) // the line that a comment alone on its line is for
	for _, s := range slices.Backward(suppressions) {
		if s.Alone {
			next := place{s.Path, s.Start.Line + 1}
			if further, ok := below[next]; ok { // another, for the same line
				next = further
			}
			below[place{s.Path, s.Start.Line}] = next
		}
	}
	for i, s := range suppressions {
		if s.Fault != "" {
			continue
		}
		at := place{s.Path, s.Start.Line}
		byLine[at] = append(byLine[at], i)
		if next, ok := below[at]; ok {
			byLine[next] = append(byLine[next], i)
		}
	}
	apply := func(f *finding.Finding, line int) {
		for _, i := range byLine[place{f.Path, line}] {
			s := &suppressions[i]
			for _, id := range s.Rules {
				if id == f.Rule && (line == f.Start.Line || !s.Alone) {
					f.Suppressed = s.Reason
					used[i] = true
				}
			}
		}
	}
	for i := range findings {
		f := &findings[i]
		apply(f, f.Start.Line)
		if f.End.Line > f.Start.Line {
			apply(f, f.End.Line)
		}
	}
	var notices []finding.Notice
	rule := BadSuppression()
	for i, s := range suppressions {
		if s.Fault != "" {
			findings = append(findings, finding.Finding{
				Rule:       rule.ID,
				Severity:   rule.Severity,
				Confidence: finding.Certain,
				Location:   s.Location,
				Title:      "A suppression that has no effect: " + s.Fault,
				Message:    "A comment that takes a finding out of force names the rule and gives a reason: # discreet: ignore[rule] -- reason.",
				Anchor:     strings.Join(s.Rules, ","),
			})
		} else if !used[i] {
			text := "this suppression matches no finding"
			for _, id := range s.Rules {
				if !slices.ContainsFunc(rules, func(r finding.Rule) bool { return r.ID == id }) {
					text += "; there is no rule " + id
				}
			}
			notices = append(notices, finding.Notice{Location: s.Location, Text: text})
		}
	}
	return findings, notices
}
