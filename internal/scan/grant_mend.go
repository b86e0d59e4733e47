package scan

import (
	"slices"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/policy"
	"github.com/discreet-dev/discreet/internal/report"
	"github.com/discreet-dev/discreet/internal/template"
)

// grantMender writes the edits that narrow a statement: where its list stands in
// the file as literals, and the file, read again, says what is meant and nothing
// else has changed.
type grantMender struct {
	held     map[string]string
	readings template.Readings
	tried    int // bytes of the files so far, once for each edit
}

const maxTried = 4 << 20 // past it mends are words: HCL is read at a megabyte a second

func newGrantMender(texts []textFile) *grantMender {
	m := &grantMender{held: map[string]string{}}
	for _, t := range texts {
		m.held[t.path] = t.text
	}
	return m
}

// actions makes a statement's actions those alone; nil where no edit is safe.
func (m *grantMender) actions(g *grant, keep []string) []finding.Edit {
	return m.replace(g, keep, func(st *policy.Statement) policy.Values { return st.Action })
}

// resources puts others in the place of one of a statement's resources.
func (m *grantMender) resources(g *grant, old policy.Value, others ...string) []finding.Edit {
	var all []string
	for _, v := range g.resources.List {
		if v == old {
			all = append(all, others...)
		} else if v.Unresolved {
			return nil
		} else {
			all = append(all, v.Text)
		}
	}
	return m.replace(g, all, func(st *policy.Statement) policy.Values { return st.Resource })
}

func (m *grantMender) replace(g *grant, values []string, element func(*policy.Statement) policy.Values) []finding.Edit {
	if g.document == nil || len(values) == 0 {
		return nil
	}
	file := &template.Written{Path: g.document.Path, Text: m.held[g.document.Path]}
	byHand := slices.Contains([]string{"IAM JSON", "Chalice", "Zappa", "Amplify"}, g.format)
	if m.tried += len(file.Text); m.tried > maxTried || file.Text == "" || !byHand && !template.Editable(g.format, file.Path, file.Text) {
		return nil
	}
	st := g.document.Statements[g.index]
	where, ok := template.LiteralsOf(file.Path, file.Text, st, element(st))
	if !ok {
		return nil
	}
	edit := where.Replaced(values)
	edited, err := report.Apply(file.Text, []finding.Edit{edit})
	if err != nil {
		return nil
	}
	now, ok := m.readings.Mended(file, edited, []*policy.Document{g.document})
	if !ok || !slices.Equal(element(now[g.document].Statements[g.index]).Texts(), values) {
		return nil
	}
	return []finding.Edit{edit}
}
