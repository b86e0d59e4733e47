// Package report writes findings for people and for machines: text, JSON, SARIF
// 2.1.0 and HTML. It also holds what decides which findings count: baselines,
// inline suppressions and the threshold of `--fail-on`.
//
// It never looks for findings, never imports what does, and opens no file: it
// is given findings and a writer. Text from the scanned tree is untrusted: no
// report passes on a control or format character of it. (A diff does: a patch must.)
package report

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/surface"
)

// Tool names the program that made a report.
type Tool struct {
	Name    string // "discreet scan"
	Version string // semantic, without a v
	URI     string
}

// Report is what one run found. The findings have been through Identify.
type Report struct {
	Tool     Tool
	Rules    []finding.Rule // every rule that a finding names, and those that found nothing
	Findings []finding.Finding
	Notices  []finding.Notice
	Files    int // that were read
	// Baseline says that the findings were compared with one: those it holds are
	// known, the others new.
	Baseline bool
	// App is what the scanned app does with its tables; nil where nothing was asked
	// of source.
	App *surface.App
}

// Counts sums a report up.
type Counts struct {
	// InForce counts findings that are neither suppressed nor known, Policy those
	// among them that code alone cannot decide.
	InForce    int `json:"in_force"`
	Policy     int `json:"policy"`
	Suppressed int `json:"suppressed"`
	Known      int `json:"known"`
	Notices    int `json:"notices"`
	Files      int `json:"files"`
}

// Count sums the report up.
func (r *Report) Count() Counts {
	c := Counts{Notices: len(r.Notices), Files: r.Files}
	for i := range r.Findings {
		switch f := &r.Findings[i]; {
		case f.Suppressed != "":
			c.Suppressed++
		case f.Known:
			c.Known++
		default:
			c.InForce++
			if f.Confidence == finding.Tentative {
				c.Policy++
			}
		}
	}
	return c
}

// sorted returns the findings and the notices in their stable order, and leaves
// the report's own slices alone.
func (r *Report) sorted() ([]finding.Finding, []finding.Notice) {
	findings := slices.Clone(r.Findings)
	finding.Sort(findings)
	notices := slices.Clone(r.Notices)
	slices.SortStableFunc(notices, func(a, b finding.Notice) int {
		switch {
		case a.Location.Before(b.Location):
			return -1
		case b.Location.Before(a.Location):
			return 1
		}
		return strings.Compare(a.Text, b.Text)
	})
	return findings, notices
}

func (r *Report) rule(id string) *finding.Rule {
	for i := range r.Rules {
		if r.Rules[i].ID == id {
			return &r.Rules[i]
		}
	}
	return nil
}

// weaknesses are the finding's own, or its rule's.
func (r *Report) weaknesses(f *finding.Finding) []finding.CWE {
	if len(f.CWEs) > 0 {
		return f.CWEs
	}
	if rule := r.rule(f.Rule); rule != nil {
		return rule.CWEs
	}
	return nil
}
