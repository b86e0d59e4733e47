package parse

import (
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
)

var (
	idTemplate  = regexp.MustCompile(`^[^{}]*(?:\{name\}([^{}]*)\{id\}|\{id\}([^{}]*)\{name\})[^{}]*$`)
	idSeparator = regexp.MustCompile(`[^A-Za-z0-9_-]`)
)

// part is what stands between two delimiters of a template: a literal that a
// variable may follow.
type part struct {
	literal  string
	variable bool
}

// disjoint reports whether no text matches both templates. A variable's value
// holds no delimiter and is never empty, so that texts and templates fall into
// the same parts.
func disjoint(a, b contract.Template) bool {
	if a.Whole || b.Whole {
		return false
	}
	x, y := parts(a), parts(b)
	if len(x) != len(y) {
		return true
	}
	for i := range x {
		p, q := x[i], y[i]
		switch {
		case !p.variable && !q.variable:
			if p.literal != q.literal {
				return true
			}
		case p.variable && q.variable:
			if !strings.HasPrefix(p.literal, q.literal) && !strings.HasPrefix(q.literal, p.literal) {
				return true
			}
		case p.variable:
			if !strings.HasPrefix(q.literal, p.literal) || q.literal == p.literal {
				return true
			}
		default:
			if !strings.HasPrefix(p.literal, q.literal) || p.literal == q.literal {
				return true
			}
		}
	}
	return false
}

func parts(t contract.Template) []part {
	out := []part{{}}
	for _, p := range t.Parts {
		if p.Variable != "" {
			out[len(out)-1].variable = true
			continue
		}
		for i, literal := range strings.Split(p.Literal, t.Delimiter) {
			if i > 0 {
				out = append(out, part{})
			}
			out[len(out)-1].literal += literal
		}
	}
	return out
}
