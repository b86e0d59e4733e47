package report

import (
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
)

const (
	sarifVersion = "2.1.0"
	sarifSchema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	// sourceRoot is what all paths are relative to; who reads the file says where
	// that is.
	sourceRoot = "SRCROOT"
	// fingerprintKey names our fingerprints and their version. The second key is
	// what GitHub's code scanning tells alerts apart by.
	fingerprintKey = "discreet/v1"
	githubKey      = "primaryLocationLineHash"
)

// SARIF writes the report as one SARIF 2.1.0 log with one run: rules with their
// help, CWEs as tags for code-scanning pages and as a taxonomy, flows,
// fingerprints that survive moved lines, suppressions, the state beside a baseline,
// notices as notifications of the tool. Paths are relative URIs.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
// https://docs.github.com/en/code-security/reference/code-scanning/sarif-support-for-code-scanning
func SARIF(w io.Writer, r *Report) error {
	findings, notices := r.sorted()
	s := sarifWriter{r: r, ruleIndex: map[string]int{}, weaknessIndex: map[finding.CWE]int{}}
	s.weaknesses(findings)
	run := sarifRun{
		Tool:               sarifTool{Driver: s.driver()},
		Taxonomies:         s.taxonomies(),
		AutomationDetails:  sarifAutomation{ID: strings.ReplaceAll(r.Tool.Name, " ", "-") + "/"},
		ColumnKind:         "unicodeCodePoints",
		OriginalURIBaseIDs: map[string]sarifBase{sourceRoot: {Description: sarifMessage{Text: "The directory that was read."}}},
		Invocations:        []sarifInvocation{{ExecutionSuccessful: true, Notifications: s.notifications(notices)}},
		Results:            make([]sarifResult, 0, len(findings)),
	}
	for i := range findings {
		run.Results = append(run.Results, s.result(&findings[i]))
	}
	return writeJSON(w, sarifLog{Schema: sarifSchema, Version: sarifVersion, Runs: []sarifRun{run}})
}

type sarifWriter struct {
	r             *Report
	ruleIndex     map[string]int
	list          []finding.CWE
	weaknessIndex map[finding.CWE]int
}

// weaknesses collects every CWE that a rule or a finding names, in order.
func (s *sarifWriter) weaknesses(findings []finding.Finding) {
	for _, rule := range s.r.Rules {
		s.list = append(s.list, rule.CWEs...)
	}
	for i := range findings {
		s.list = append(s.list, findings[i].CWEs...)
	}
	slices.Sort(s.list)
	s.list = slices.Compact(s.list)
	for i, c := range s.list {
		s.weaknessIndex[c] = i
	}
}

func (s *sarifWriter) driver() sarifDriver {
	d := sarifDriver{
		Name:            s.r.Tool.Name,
		SemanticVersion: s.r.Tool.Version,
		InformationURI:  s.r.Tool.URI,
		Rules:           make([]sarifRule, 0, len(s.r.Rules)),
	}
	if len(s.list) > 0 {
		d.SupportedTaxonomies = []sarifComponent{{Name: "CWE"}}
	}
	for i := range s.r.Rules {
		rule := &s.r.Rules[i]
		s.ruleIndex[rule.ID] = i
		d.Rules = append(d.Rules, s.rule(rule))
	}
	return d
}

func (s *sarifWriter) rule(rule *finding.Rule) sarifRule {
	out := sarifRule{
		ID:                   rule.ID,
		Name:                 pascal(rule.ID),
		ShortDescription:     sarifMessage{Text: rule.Title},
		FullDescription:      sarifMessage{Text: orElse(rule.Summary, rule.Title)},
		Help:                 sarifHelp{Text: orElse(rule.Summary, rule.Title), Markdown: rule.Help},
		HelpURI:              rule.HelpURI,
		DefaultConfiguration: sarifConfiguration{Level: level(rule.Severity)},
		Properties: sarifRuleProperties{
			Tags:             append([]string{"security"}, rule.Tags...),
			SecuritySeverity: securitySeverity(rule.Severity),
			ProblemSeverity:  problemSeverity(rule.Severity),
		},
	}
	for _, c := range rule.CWEs {
		out.Properties.Tags = append(out.Properties.Tags, "external/cwe/cwe-"+pad(int(c)))
		out.Relationships = append(out.Relationships, sarifRelationship{Target: s.taxon(c), Kinds: []string{"superset"}})
	}
	return out
}

func (s *sarifWriter) taxon(c finding.CWE) sarifReference {
	index := s.weaknessIndex[c]
	return sarifReference{ID: strconv.Itoa(int(c)), Index: &index, ToolComponent: sarifComponent{Name: "CWE"}}
}

func (s *sarifWriter) taxonomies() []sarifTaxonomy {
	if len(s.list) == 0 {
		return nil
	}
	t := sarifTaxonomy{
		Name:             "CWE",
		Organization:     "MITRE",
		ShortDescription: sarifMessage{Text: "The MITRE Common Weakness Enumeration"},
		InformationURI:   "https://cwe.mitre.org/",
	}
	for _, c := range s.list {
		t.Taxa = append(t.Taxa, sarifTaxon{
			ID:               strconv.Itoa(int(c)),
			HelpURI:          c.URL(),
			ShortDescription: sarifMessage{Text: c.Name()},
		})
	}
	return []sarifTaxonomy{t}
}

func (s *sarifWriter) result(f *finding.Finding) sarifResult {
	out := sarifResult{
		RuleID:              f.Rule,
		Level:               level(f.Severity),
		Message:             sarifMessage{Text: message(f)},
		Locations:           []sarifLocation{location(f.Location, f.Context)},
		RelatedLocations:    relatedLocations(f.Related),
		PartialFingerprints: map[string]string{fingerprintKey: f.Fingerprint, githubKey: f.Fingerprint + ":1"},
		Properties: sarifResultProperties{
			Confidence: f.Confidence.String(),
			Severity:   f.Severity.String(),
			Group:      f.Group,
		},
	}
	if i, ok := s.ruleIndex[f.Rule]; ok {
		out.RuleIndex = &i
	}
	if f.Confidence == finding.Tentative {
		out.Level = "note"
	}
	for _, c := range f.CWEs {
		out.Taxa = append(out.Taxa, s.taxon(c))
	}
	if len(f.Flow) > 0 {
		var thread sarifThreadFlow
		for _, step := range f.Flow {
			l := location(step.Location, "")
			l.Message = &sarifMessage{Text: plain(step.Text)}
			thread.Locations = append(thread.Locations, sarifFlowLocation{Location: l})
		}
		out.CodeFlows = []sarifCodeFlow{{ThreadFlows: []sarifThreadFlow{thread}}}
	}
	if f.Suppressed != "" {
		out.Suppressions = []sarifSuppression{{Kind: "inSource", Justification: plain(f.Suppressed)}}
	}
	// A known finding is as true as it was: no suppression, which would close its
	// alert. The state is of every result or of none (section 3.27.24).
	switch {
	case f.Known:
		out.BaselineState = "unchanged"
	case s.r.Baseline:
		out.BaselineState = "new"
	}
	out.Fixes = fixes(&f.Mend)
	return out
}

// message is what a reader of the log sees first: the title as its first
// sentence, then why, then what to do.
func message(f *finding.Finding) string {
	parts := []string{strings.TrimRight(plain(f.Title), ".") + "."}
	for _, p := range []string{f.Message, f.Mend.Text} {
		if p != "" {
			parts = append(parts, plain(p))
		}
	}
	return strings.Join(parts, " ")
}

// plain is untrusted text for a message. There [text](1) would be a link and
// {0} a placeholder; nothing else is touched, because viewers show escapes.
func plain(s string) string {
	s = strings.ReplaceAll(clean(s), "](", "] (")
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '{')
		if i < 0 {
			break
		}
		end := i + 1
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
		if end > i+1 && end < len(s) && s[end] == '}' {
			b.WriteString(s[:i] + "{" + s[i:end+1] + "}")
			s = s[end+1:]
			continue
		}
		b.WriteString(s[:i+1])
		s = s[i+1:]
	}
	return b.String() + s
}

func location(l finding.Location, context string) sarifLocation {
	out := sarifLocation{PhysicalLocation: sarifPhysical{ArtifactLocation: artifact(l.Path), Region: region(l.Range)}}
	if context != "" {
		out.LogicalLocations = []sarifLogical{{FullyQualifiedName: clean(context)}}
	}
	return out
}

func relatedLocations(steps []finding.Step) []sarifLocation {
	var out []sarifLocation
	for i, step := range steps {
		l := location(step.Location, "")
		id := i + 1
		l.ID = &id
		l.Message = &sarifMessage{Text: plain(step.Text)}
		out = append(out, l)
	}
	return out
}

// artifact is a path as a relative URI reference, escaped.
func artifact(path string) sarifArtifact {
	return sarifArtifact{URI: (&url.URL{Path: path}).String(), URIBaseID: sourceRoot}
}

// region is nil where no line is known: the finding is then of the whole file.
func region(r finding.Range) *sarifRegion {
	if r.Start.Line < 1 {
		return nil
	}
	out := &sarifRegion{StartLine: r.Start.Line, StartColumn: max(r.Start.Column, 1)}
	if r.End.Line >= r.Start.Line {
		out.EndLine, out.EndColumn = r.End.Line, max(r.End.Column, 1)
	}
	return out
}

// fixes gathers a mend's edits by file.
func fixes(m *finding.Mend) []sarifFix {
	if len(m.Edits) == 0 {
		return nil
	}
	fix := sarifFix{Description: sarifMessage{Text: plain(orElse(m.Text, "Replace the lines."))}}
	for _, e := range m.Edits {
		a := artifact(e.Path)
		i := slices.IndexFunc(fix.ArtifactChanges, func(c sarifChange) bool { return c.ArtifactLocation == a })
		if i < 0 {
			i = len(fix.ArtifactChanges)
			fix.ArtifactChanges = append(fix.ArtifactChanges, sarifChange{ArtifactLocation: a})
		}
		replacement := sarifReplacement{DeletedRegion: region(e.Range), InsertedContent: sarifContent{Text: e.New}}
		if replacement.DeletedRegion == nil {
			return nil // an edit of no place cannot be made
		}
		fix.ArtifactChanges[i].Replacements = append(fix.ArtifactChanges[i].Replacements, replacement)
	}
	return []sarifFix{fix}
}

func (s *sarifWriter) notifications(notices []finding.Notice) []sarifNotification {
	var out []sarifNotification
	for _, n := range notices {
		item := sarifNotification{Level: "warning", Message: sarifMessage{Text: plain(n.Text)}}
		if n.Path != "" {
			item.Locations = []sarifLocation{location(n.Location, "")}
		}
		out = append(out, item)
	}
	return out
}

func level(s finding.Severity) string {
	switch {
	case s >= finding.High:
		return "error"
	case s == finding.Medium:
		return "warning"
	}
	return "note"
}

// problemSeverity is the word that code-scanning pages sort by where there is
// no security-severity.
func problemSeverity(s finding.Severity) string {
	if l := level(s); l != "note" {
		return l
	}
	return "recommendation"
}

// securitySeverity is a number in the band that GitHub gives the severity's
// name: over 9.0 critical, from 7.0 high, from 4.0 medium, below that low.
func securitySeverity(s finding.Severity) string {
	switch s {
	case finding.Critical:
		return "9.5"
	case finding.High:
		return "8.0"
	case finding.Medium:
		return "5.5"
	case finding.Low:
		return "3.0"
	}
	return "1.0"
}

// pascal turns a rule's id into the form that SARIF asks of a name.
func pascal(id string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(id, "-") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}

// pad writes a CWE's number with three digits at least, as GitHub's tags have it.
func pad(n int) string {
	s := strconv.Itoa(n)
	return strings.Repeat("0", max(3-len(s), 0)) + s
}

func orElse(s, other string) string {
	if s != "" {
		return s
	}
	return other
}
