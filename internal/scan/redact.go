package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/python"
)

const (
	noSecret = "REDACTED" // a name wherever one may stand
	// A shorter secret is one where it stands as a word of its own alone: as a part
	// of another it is a part of a name.
	minRedacted = 12
)

// secretsAmong are the places of the secrets among what is found in a file.
func secretsAmong(found []*finding.Finding) (out []finding.Range) {
	for _, f := range found {
		if f.Rule == ruleSecret.ID {
			out = append(out, f.Range)
		}
	}
	return out
}

// secretValues are the literals of a file that are found to be secrets.
func secretValues(file *python.File, found []finding.Range) (out []string) {
	if len(found) == 0 {
		return nil
	}
	starts := map[int]bool{}
	for _, at := range found {
		starts[at.Start.Offset] = true
	}
	add := func(lit *python.String) {
		out = append(out, lit.Value)
		for _, form := range keyForms { // Bearer ghp_...
			if key := form.form.FindString(lit.Value); key != "" {
				out = append(out, key)
			}
		}
	}
	file.Inspect(func(n python.Node) bool {
		switch n := n.(type) {
		case *python.String:
			if starts[int(n.Start)] {
				add(n)
			}
		case *python.Dict: // of users, with their passwords
			if !starts[int(n.Start)] {
				return true
			}
			for _, item := range n.Items {
				if lit := plainText(item.Value); lit != nil {
					add(lit)
				}
			}
		}
		return true
	})
	return out
}

// linesWith are the lines of a text on which a secret stands, found to be one
// there or elsewhere.
func linesWith(text string, secrets *wordSet) (out []finding.Range) {
	number := 0
	for line := range strings.Lines(text) {
		number++
		if secrets.in(line) {
			at := finding.Position{Line: number, Column: 1}
			out = append(out, finding.Range{Start: at, End: at})
		}
	}
	return out
}

// redact takes the values of secrets out of what a scan says. What is said is
// made of the code's names, and a secret may be one of them: the path of a
// webhook, a key that an item is read by. An edit that repeats one is left out.
func (res *Result) redact(values []string) {
	values = slices.DeleteFunc(values, func(v string) bool { return !plausible(v) })
	if len(values) == 0 {
		return
	}
	slices.SortFunc(values, func(a, b string) int { return len(b) - len(a) }) // the longest that fits
	set := newWordSet(values...)
	text := func(s *string) { *s = withoutWords(*s, set) }
	steps := func(list []finding.Step) {
		for i := range list {
			text(&list[i].Text)
		}
	}
	for i := range res.Findings {
		f := &res.Findings[i]
		for _, s := range []*string{&f.Title, &f.Message, &f.Group, &f.Context, &f.Anchor, &f.Suppressed, &f.Mend.Text, &f.Mend.Contract} {
			text(s)
		}
		steps(f.Flow)
		steps(f.Related)
		if slices.ContainsFunc(f.Mend.Edits, func(e finding.Edit) bool { return withoutWords(e.New, set) != e.New }) {
			f.Mend.Edits, f.Mend.Preview = nil, ""
		}
		if withoutWords(f.Mend.Preview, set) != f.Mend.Preview {
			f.Mend.Preview = ""
		}
	}
	for i := range res.Notices {
		text(&res.Notices[i].Text)
	}
	res.App.Names(text)
}

func withoutWords(text string, set *wordSet) string {
	var b strings.Builder
	from := 0
	set.each(text, func(at int, word string) bool {
		if end := at + len(word); at >= from && (len(word) >= minRedacted || !nameGoesOn(text, at) && !nameGoesOn(text, end)) {
			b.WriteString(text[from:at] + noSecret)
			from = end
		}
		return true
	})
	if from == 0 {
		return text
	}
	return b.String() + text[from:]
}

// nameGoesOn says whether what stands before an offset and what stands behind it
// are one name.
func nameGoesOn(text string, at int) bool {
	return at > 0 && at < len(text) && isWord(text[at-1]) && isWord(text[at])
}
