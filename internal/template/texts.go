package template

import "errors"

// Text is a file that somebody has read already. Path is relative to one root,
// with forward slashes.
type Text struct{ Path, Text string }

// ReadTexts finds the policies of files in memory that belong together. beside
// gives the text of another file of the same root, by its path, for what they
// refer to; it may be nil.
func ReadTexts(texts []Text, beside func(path string) (text string, ok bool), o Options) Result {
	r := &reader{options: o.whole()}
	r.unknowns.notice = r.notice
	held := make(map[string]string, len(texts))
	for _, t := range texts {
		held[t.Path] = t.Text
	}
	var total int64
	r.from = &tree{total: &total, held: func(name string) ([]byte, error) {
		text, ok := held[name]
		if !ok && beside != nil {
			text, ok = beside(name)
		}
		if !ok {
			return nil, errors.New("it is not in what was given")
		}
		return []byte(text), nil
	}}
	for _, t := range texts {
		r.fromName = t.Path
		r.file(t.Path, []byte(t.Text))
	}
	r.terraform()
	return r.result()
}
