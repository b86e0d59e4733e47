// Package finding is the vocabulary of what an analysis reports: rules,
// findings with their places and flows, notices about what could not be read,
// and fingerprints. It is shared by `discreet scan` and `discreet iam audit`.
//
// It holds no analysis and writes no output. No field of it ever holds the
// value of a secret, or of an attribute: names and shapes alone.
package finding

import (
	"fmt"
	"slices"
	"strings"
)

// Severity is how bad it is if a finding is true.
type Severity uint8

// The severities, in order.
const (
	Advice Severity = iota // nothing leaks; it could be tighter
	Low
	Medium
	High
	Critical
)

var severityNames = [...]string{"advice", "low", "medium", "high", "critical"}

func (s Severity) String() string { return name(severityNames[:], uint8(s)) }

// ParseSeverity reads a severity's name.
func ParseSeverity(s string) (Severity, error) {
	i := slices.Index(severityNames[:], strings.ToLower(s))
	if i < 0 {
		return 0, fmt.Errorf("unknown severity: want one of %s", strings.Join(severityNames[:], ", "))
	}
	return Severity(i), nil
}

// MarshalText makes JSON say the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
func (s *Severity) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSeverity(string(text))
	return err
}

// Confidence is how sure the analysis is that a finding is true.
type Confidence uint8

// The confidences. The zero one promises least.
const (
	Tentative Confidence = iota // code alone cannot decide it: a matter of policy
	Likely
	Certain
)

var confidenceNames = [...]string{"tentative", "likely", "certain"}

func (c Confidence) String() string { return name(confidenceNames[:], uint8(c)) }

// MarshalText makes JSON say the name.
func (c Confidence) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the name.
func (c *Confidence) UnmarshalText(text []byte) error {
	i := slices.Index(confidenceNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("unknown confidence: want one of %s", strings.Join(confidenceNames[:], ", "))
	}
	*c = Confidence(i)
	return nil
}

func name(names []string, i uint8) string {
	if int(i) < len(names) {
		return names[i]
	}
	return "unknown"
}

// Rule is what an analysis looks for.
type Rule struct {
	ID       string // kebab-case, and never changed: baselines and suppressions name it
	Title    string // one line
	Summary  string // one paragraph, plain text
	Help     string // Markdown: what, why, a bad and a good example
	HelpURI  string // its page; may be ""
	CWEs     []CWE  // the first is the main one
	Severity Severity
	Tags     []string // beside "security"
}

// Step is one place on the way from a source to a sink.
type Step struct {
	Location
	Text string // what happens there, in the code's own names
}

// Edit replaces a range by a text.
type Edit struct {
	Location
	New string
}

// Mend is what closes a finding: edits where they can be made safely, else the
// words, and the contract's lines.
type Mend struct {
	Text  string // one sentence
	Edits []Edit
	// Preview is the lines that the edits change: those of before behind a -, those
	// of after behind a +. "" without edits, and where a line holds a secret.
	Preview  string
	Contract string // YAML, "" where no contract closes it
}

// Finding is one thing found.
type Finding struct {
	Rule       string // the id of a Rule
	CWEs       []CWE  // of this finding; the rule's where empty
	Severity   Severity
	Confidence Confidence
	Location
	// Title says in one line what is wrong here; Message, in a paragraph, why.
	Title, Message string
	Flow           []Step // from source to sink; may be empty
	Related        []Step // other places worth reading, in no flow
	Mend           Mend
	// Group is what a reader thinks of it under: a route, an IAM principal.
	Group string
	// Context is where it stands, by name: module and function, or resource.
	Context string
	// Anchor says what it is about, by names, so that two findings of a rule in
	// one context differ. It must hold no literal's value.
	Anchor string
	// Fingerprint is set by Identify.
	Fingerprint string
	// Suppressed is the reason given in the source, "" for a finding in force.
	Suppressed string
	// Known says that a baseline holds it already.
	Known bool
}

// InForce says whether a finding counts: neither suppressed nor known.
func (f *Finding) InForce() bool { return f.Suppressed == "" && !f.Known }

// Notice is something that an analysis could not read or decide. It is never
// passed over in silence, and never a finding.
type Notice struct {
	Location
	Text string
}

// Sort puts findings in a stable order: by path and place, then by rule, then
// by what tells the rest apart.
func Sort(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		switch {
		case a.Location.Before(b.Location):
			return -1
		case b.Location.Before(a.Location):
			return 1
		case a.Rule != b.Rule:
			return strings.Compare(a.Rule, b.Rule)
		case a.Context != b.Context:
			return strings.Compare(a.Context, b.Context)
		case a.Anchor != b.Anchor:
			return strings.Compare(a.Anchor, b.Anchor)
		}
		return strings.Compare(a.Message, b.Message)
	})
}
