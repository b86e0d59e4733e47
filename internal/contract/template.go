package contract

import (
	"errors"
	"strings"
)

// Template composes a key attribute from variables: `TENANT#{tenant}`. A whole
// template is one variable that is the attribute itself, with no delimiter to
// respect: a plain key.
type Template struct {
	Parts     []Part
	Delimiter string // empty in a whole template
	Whole     bool
}

// Part is a literal or a variable of a template.
type Part struct {
	Literal  string
	Variable string
}

// WholeTemplate is the template of a plain key attribute.
func WholeTemplate(attribute string) Template {
	return Template{Parts: []Part{{Variable: attribute}}, Whole: true}
}

// ErrRefused is why a value cannot stand in a template: it is empty or contains
// the delimiter, and so would reach another key (CWE-639).
var ErrRefused = errors.New("the key template refuses the value")

// Variables are the template's variables in order.
func (t Template) Variables() []string {
	var out []string
	for _, p := range t.Parts {
		if p.Variable != "" {
			out = append(out, p.Variable)
		}
	}
	return out
}

// Admits reports whether the value may stand for a variable of the template.
func (t Template) Admits(value string) bool {
	return value != "" && (t.Whole || !strings.Contains(value, t.Delimiter))
}

// Compose returns the attribute's text up to the first variable that has no
// value, whether that is all of it, and ErrRefused for a value that may not
// stand in it.
func (t Template) Compose(value func(variable string) (string, bool)) (text string, whole bool, err error) {
	if t.Whole {
		v, ok := value(t.Parts[0].Variable)
		switch {
		case !ok:
			return "", false, nil
		case !t.Admits(v):
			return "", false, ErrRefused
		}
		return v, true, nil
	}
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Variable == "" {
			b.WriteString(p.Literal)
			continue
		}
		v, ok := value(p.Variable)
		if !ok {
			return b.String(), false, nil
		}
		if !t.Admits(v) {
			return "", false, ErrRefused
		}
		b.WriteString(v)
	}
	return b.String(), true, nil
}

// Match splits a stored key by the template and calls each variable with its
// value. It reports false when the whole text does not match; variables may
// have been called by then.
func (t Template) Match(text string, each func(variable, value string)) bool {
	if t.Whole {
		each(t.Parts[0].Variable, text)
		return text != ""
	}
	for i, p := range t.Parts {
		if p.Variable == "" {
			rest, ok := strings.CutPrefix(text, p.Literal)
			if !ok {
				return false
			}
			text = rest
			continue
		}
		// A value ends at the next delimiter, and a literal with the
		// delimiter in it follows every variable but the last part.
		end := len(text)
		if i+1 < len(t.Parts) {
			if end = strings.Index(text, t.Parts[i+1].Literal); end < 0 {
				return false
			}
		}
		v := text[:end]
		if !t.Admits(v) {
			return false
		}
		each(p.Variable, v)
		text = text[end:]
	}
	return text == ""
}

func (t Template) String() string {
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Variable != "" {
			b.WriteString("{" + p.Variable + "}")
		} else {
			b.WriteString(p.Literal)
		}
	}
	return b.String()
}
