package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
)

// htmlGroup is the findings under one heading: a route, a file, an IAM principal.
type htmlGroup struct {
	ID, Title string
	Findings  []htmlFinding
}

type htmlFinding struct {
	ID, Severity, Confidence, Title, Message string
	Place, Rule                              string
	RuleKnown                                bool
	Weaknesses                               []finding.CWE
	Flow, Related                            []htmlStep
	More, MoreRelated, MoreEdits             int // that the page has no room for
	Mend, Contract                           string
	Edits                                    []htmlEdit
	State, Reason                            string // of one that is not in force
	Open                                     bool
}

type htmlStep struct{ Place, Text string }

// htmlEdit says where, and what stands there then. What stands there now is not
// shown: it may be a secret.
type htmlEdit struct{ Place, New string }

// fewFindings are those whose flows need not be folded to keep the page short.
const fewFindings = 60

// htmlBuilder makes the sections of a page out of findings.
type htmlBuilder struct {
	r        *Report
	routes   *routeIndex
	sections map[string]string // the id of the section of findings in force, by its title
	rules    map[string]bool   // that a finding on the page names
}

// findings fills the page's sections. The worst come first: by severity, then by
// place; where there are more than the page may hold, the last ones are left out.
func (b *htmlBuilder) findings(p *htmlPage, findings []finding.Finding) {
	b.sections, b.rules = map[string]string{}, map[string]bool{}
	var order, policy, folded []*finding.Finding
	for i := range findings {
		switch f := &findings[i]; {
		case !f.InForce():
			folded = append(folded, f)
		case f.Confidence == finding.Tentative:
			policy = append(policy, f)
		default:
			order = append(order, f)
		}
	}
	p.NPolicy, p.NFolded = len(policy), len(folded)
	p.Open = len(order) <= fewFindings
	room := maxHTMLFindings
	for _, part := range []struct {
		list   []*finding.Finding
		into   *[]htmlGroup
		prefix string
	}{{order, &p.Groups, "g"}, {policy, &p.Policies, "p"}, {folded, &p.Folded, "k"}} {
		slices.SortStableFunc(part.list, func(x, y *finding.Finding) int { return int(y.Severity) - int(x.Severity) })
		n := min(len(part.list), room)
		p.Left += len(part.list) - n
		room -= n
		*part.into = b.groups(part.list[:n], part.prefix, p.Open)
	}
}

// groups puts findings under what they belong to, in the order of the first of each.
func (b *htmlBuilder) groups(list []*finding.Finding, prefix string, open bool) []htmlGroup {
	var out []htmlGroup
	index := map[string]int{}
	for _, f := range list {
		title := b.routes.title(f)
		i, ok := index[title]
		if !ok {
			i = len(out)
			index[title] = i
			out = append(out, htmlGroup{ID: fmt.Sprintf("%s%d", prefix, i+1), Title: name(title)})
			if _, ok := b.sections[title]; !ok {
				b.sections[title] = out[i].ID
			}
		}
		out[i].Findings = append(out[i].Findings, b.finding(f, open))
	}
	return out
}

func (b *htmlBuilder) finding(f *finding.Finding, open bool) htmlFinding {
	b.rules[f.Rule] = true
	out := htmlFinding{
		ID: "f-" + f.Fingerprint, Severity: f.Severity.String(), Confidence: f.Confidence.String(),
		Title: name(f.Title), Message: long(f.Message), Place: name(place(f.Location)),
		Rule: name(f.Rule), RuleKnown: b.r.rule(f.Rule) != nil, Weaknesses: b.r.weaknesses(f),
		Mend: long(f.Mend.Text), Reason: long(f.Suppressed), Open: open,
	}
	switch {
	case f.Suppressed != "":
		out.State = "suppressed"
	case f.Known:
		out.State = "in the baseline"
	}
	out.Flow = htmlSteps(f.Flow)
	out.More = len(f.Flow) - len(out.Flow)
	out.Related = htmlSteps(f.Related)
	out.MoreRelated = len(f.Related) - len(out.Related)
	if f.Mend.Contract != "" {
		out.Contract = block(f.Mend.Contract)
	}
	for _, e := range f.Mend.Edits[:min(len(f.Mend.Edits), maxHTMLSteps)] {
		edit := htmlEdit{Place: name(place(e.Location))}
		if e.End.Line > e.Start.Line || e.End.Column > e.Start.Column {
			edit.Place += fmt.Sprintf(" to %d:%d", e.End.Line, e.End.Column)
		}
		if e.New != "" {
			edit.New = block(outdent(e.New))
		}
		out.Edits = append(out.Edits, edit)
	}
	out.MoreEdits = len(f.Mend.Edits) - len(out.Edits)
	return out
}

// outdent takes off what all lines after the first are indented by: the first
// one begins where the edit does.
func outdent(s string) string {
	first, rest, _ := strings.Cut(s, "\n")
	common := len(rest)
	for line := range strings.Lines(rest) {
		if text := strings.TrimLeft(line, " \t"); strings.TrimSpace(text) != "" {
			common = min(common, len(line)-len(text))
		}
	}
	var b strings.Builder
	b.WriteString(first)
	b.WriteByte('\n')
	for line := range strings.Lines(rest) {
		indent := len(line) - len(strings.TrimLeft(line, " \t"))
		b.WriteString(line[min(common, indent):])
	}
	return b.String()
}

func htmlSteps(steps []finding.Step) []htmlStep {
	var out []htmlStep
	for _, s := range steps[:min(len(steps), maxHTMLSteps)] {
		out = append(out, htmlStep{name(place(s.Location)), long(s.Text)})
	}
	return out
}
