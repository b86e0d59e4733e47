package scan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
)

var ruleUnseen = finding.Rule{
	ID: "unseen-attribute", Title: "Code reads an attribute that no view shows", CWEs: []finding.CWE{636, 754}, Severity: finding.Low,
}

// decided notes that a test is decided by attributes.
func (s *scanner) decided(v *pyflow.Value, at pyflow.Place) {
	if s.terms == nil || v == nil {
		return
	}
	for _, t := range v.Marks {
		if m, ok := t.Mark.(dataMark); ok && m.level == levelField && !strings.HasPrefix(m.field, "*") {
			key := m.read.id + "|" + m.field
			if _, known := s.survey.decides[key]; !known && len(s.survey.decides) < maxSurvey {
				s.survey.decides[key] = at
			}
		}
	}
}

// reportUnseen lists the attributes that code takes out of items and that no
// view shows: guard leaves them out.
func (s *scanner) reportUnseen() {
	if s.terms == nil {
		return
	}
	groups := map[int32]string{}
	for _, e := range s.entries {
		for _, id := range e.notes {
			if groups[id] == "" {
				groups[id] = e.title()
			}
		}
	}
	said := map[string]bool{}
	for i, n := range s.survey.notes {
		if n.access != nil || n.checked != "" {
			continue
		}
		types := s.types(n.read)
		key := placeKey(n.at) + "|" + n.field
		whole, _, nested := strings.Cut(n.field, ".")
		if types == nil || said[key] || s.terms.seen(types, n.field) || nested && !s.terms.seen(types, whole) {
			continue
		}
		said[key] = true
		s.unseen(n, types, groups[int32(i)])
	}
}

// seen says whether guard gives an attribute to any app.
func (t *terms) seen(types []*contract.ItemType, field string) bool {
	views := t.contract.Views
	if apps := t.contract.Guard.Apps; len(apps) > 0 {
		views = nil
		for _, app := range apps {
			for _, v := range app.Views {
				views = append(views, v.View)
			}
		}
	}
	return anyShows(views, types, field)
}

// anyShows says whether a view of the types shows an attribute, or a part of it.
func anyShows(views []*contract.View, types []*contract.ItemType, field string) bool {
	for _, v := range views {
		if !slices.Contains(types, v.Of) {
			continue
		}
		if shown, _ := showsPath(v, field); shown {
			return true
		}
		for _, x := range v.Show {
			if strings.HasPrefix(x.Path.String(), field+".") || strings.HasPrefix(x.Path.String(), field+"[]") {
				return true
			}
		}
	}
	return false
}

func (s *scanner) unseen(n note, types []*contract.ItemType, group string) {
	item := types[0].Table.Name
	if len(types) == 1 && types[0].Name != item {
		item = types[0].Name + " of " + item
	}
	class, declared := classIn(types, n.field)
	view := "no view"
	if anyShows(s.terms.contract.Views, types, n.field) {
		view = "no view of guard's apps"
	}
	says := "The contract declares it " + class.String() + ", and " + view + " shows " + n.field + "."
	if !declared {
		says = "The contract does not know it, so no view shows " + n.field + "."
	}
	f := &finding.Finding{
		Rule: ruleUnseen.ID, Severity: finding.Low, Confidence: finding.Certain, Context: n.read.in, Group: group, Anchor: item + " " + n.field,
		Title:   fmt.Sprintf("The code reads %s of %s, which %s shows", n.field, item, view),
		Message: fmt.Sprintf("The attribute %s is taken out of an item of %s. %s Behind guard it would be absent: a subscript raises KeyError, and get() gives None.", n.field, item, says),
		Mend:    finding.Mend{Text: "Do without " + n.field + ", or name it in a view of the app's that may see it."},
	}
	if at, tested := s.survey.decides[n.read.id+"|"+n.field]; tested {
		f.Severity = finding.Medium
		f.Title = fmt.Sprintf("A check is decided by %s of %s, which %s shows", n.field, item, view)
		f.Message += " A test is decided by it: with the attribute absent it is decided as if the value were false, so a check that asks for it fails, and one that asks for its absence passes."
		f.Mend.Text = "Let the contract decide: a scope or a role in place of the check on " + n.field + "."
		f.Related = []finding.Step{{Location: locate(at), Text: n.field + " decides"}}
	}
	s.report(f, n.at, nil)
}
