package scan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/python"
	"github.com/discreet-dev/discreet/internal/report"
)

// cause is what a finding was made of, as far as its mend asks for it.
type cause struct {
	entry *entry
	mark  dataMark
	read  *read
	path  string // the keys that the data is under in the response
	show  []string
	// Of a write: the table, and the attribute that should be declared secret.
	table, secret string
}

// mender writes the edits that close findings, where it can be told from the
// source alone that they are safe: that the file still parses, that nothing but
// what the finding is about behaves otherwise. Where it can't, the finding keeps
// its words and its contract. `discreet scan --fix` scans what the edits make,
// and drops those that do not close what they were made for.
type mender struct {
	s     *scanner
	files map[string]*python.File
	texts []textFile
	// environment are the names that secrets have been given, with the literals.
	environment map[string]string
	tables      map[string]tableFacts
	secrets     map[string][]finding.Range // where they stand, by path
	reread      *python.File               // the last of which a sketch was kept
}

// mend writes the edits of findings.
func (s *scanner) mend(findings []*finding.Finding, files []*python.File, texts []textFile) {
	m := &mender{s: s, texts: texts, files: make(map[string]*python.File, len(files)), environment: map[string]string{}, secrets: map[string][]finding.Range{}, tables: map[string]tableFacts{}}
	for _, f := range files {
		m.files[f.Path] = f
	}
	slices.SortFunc(findings, func(a, b *finding.Finding) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), a.Start.Offset-b.Start.Offset, strings.Compare(a.Rule, b.Rule), strings.Compare(a.Anchor, b.Anchor))
	})
	for _, f := range findings {
		if f.Rule == ruleSecret.ID {
			m.secrets[f.Path] = append(m.secrets[f.Path], f.Range)
		}
	}
	for _, f := range findings {
		s.attempt(&python.File{Path: f.Path}, func() {
			if len(f.Mend.Edits) == 0 {
				f.Mend.Edits = m.edits(f)
			}
			m.preview(f)
			f.Mend.Contract = m.contract(f)
		})
	}
}

// maxSecrets are those of a file that get an edit each.
const maxSecrets = 100

func (m *mender) edits(f *finding.Finding) []finding.Edit {
	switch f.Rule {
	case ruleError.ID:
		return m.hideFault(f)
	case ruleSecret.ID:
		if len(m.secrets[f.Path]) > maxSecrets {
			return nil // data about secrets, and nothing to be mended one by one
		}
		return m.takeFromEnvironment(f)
	case ruleMissingAuth.ID:
		return m.askForLogin(f)
	case ruleUnscopedKey.ID:
		return m.refuseOthers(f)
	case ruleOverride.ID:
		return m.principalAlone(f)
	case ruleRawItem.ID:
		return m.showKnown(f)
	case ruleDenyList.ID:
		return m.allowKnown(f)
	case ruleSensitive.ID:
		return m.leaveOut(f)
	}
	return nil
}

// open is a file to write edits in; false for one that does not parse whole.
func (m *mender) open(path string) (source, bool) {
	file := m.files[path]
	if file != nil && file.Text == "" { // of which a sketch was kept
		if m.reread == nil || m.reread.Path != path {
			m.reread = m.s.program.Whole(path)
		}
		file = m.reread
	}
	if file == nil || len(file.Problems) > 0 || file.Text == "" {
		return source{}, false
	}
	return source{file}, true
}

// text is a file's text, as edits of it count.
func (m *mender) text(path string) (string, bool) {
	if src, ok := m.open(path); ok {
		return src.file.Text, true
	}
	i := slices.IndexFunc(m.texts, func(t textFile) bool { return t.path == path })
	if i < 0 {
		return "", false
	}
	return m.texts[i].text, true
}

// preview shows the lines that the edits change, unless a secret is in them.
func (m *mender) preview(f *finding.Finding) {
	byFile := map[string][]finding.Edit{}
	var paths []string
	for _, e := range f.Mend.Edits {
		if nextTo(e, m.secrets[e.Path], 0) {
			return
		}
		if byFile[e.Path] == nil {
			paths = append(paths, e.Path)
		}
		byFile[e.Path] = append(byFile[e.Path], e)
	}
	slices.Sort(paths)
	var all strings.Builder
	for _, path := range paths {
		text, ok := m.text(path)
		if !ok {
			return
		}
		lines, err := report.Preview(text, byFile[path])
		if err != nil {
			f.Mend.Edits = nil
			return
		}
		all.WriteString(lines)
	}
	f.Mend.Preview = all.String()
}

// nextTo says whether an edit is on a line of one of some ranges, or at most so
// many lines from it.
func nextTo(e finding.Edit, ranges []finding.Range, lines int) bool {
	return slices.ContainsFunc(ranges, func(r finding.Range) bool {
		return e.Start.Line-lines <= r.End.Line && r.Start.Line <= e.End.Line+lines
	})
}
