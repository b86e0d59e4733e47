package policy

import (
	"slices"
	"strings"
)

// piece is a part of a value: text, a wildcard, or a variable.
type piece struct {
	kind     pieceKind
	text     string // of text; of a variable, the key
	fallback *string
}

type pieceKind uint8

const (
	plain    pieceKind = iota
	anyText            // *
	anyRune            // ?
	variable           // ${key} or ${key, 'default'}
)

// pieces splits a value. Without wildcards * and ? are text, and without
// variables so is ${...}: the form of version 2008, of actions and of operators
// that take no variables.
func pieces(value string, wildcards, variables bool) []piece {
	var out []piece
	text := func(s string) {
		if n := len(out); n > 0 && out[n-1].kind == plain {
			out[n-1].text += s
		} else if s != "" {
			out = append(out, piece{text: s})
		}
	}
	for i := 0; i < len(value); {
		switch c := value[i]; {
		case wildcards && c == '*':
			out = append(out, piece{kind: anyText})
			i++
		case wildcards && c == '?':
			out = append(out, piece{kind: anyRune})
			i++
		case variables && strings.HasPrefix(value[i:], "${"):
			end := closing(value[i:])
			if end < 0 {
				text(value[i:])
				return out
			}
			switch inside := value[i+2 : i+end]; inside {
			case "*", "?", "$":
				text(inside)
			default:
				out = append(out, reference(inside))
			}
			i += end + 1
		default:
			next := i + 1
			for next < len(value) && !strings.ContainsRune("*?$", rune(value[next])) {
				next++
			}
			text(value[i:next])
			i = next
		}
	}
	return out
}

// closing is the index of the brace that ends the variable at the beginning of
// the text: one inside a quoted default is text.
func closing(s string) int {
	quoted := false
	for i := 2; i < len(s); i++ {
		switch s[i] {
		case '\'':
			quoted = !quoted
		case '}':
			if !quoted {
				return i
			}
		}
	}
	return strings.IndexByte(s, '}')
}

func reference(inside string) piece {
	key, rest, found := strings.Cut(inside, ",")
	p := piece{kind: variable, text: strings.TrimSpace(key)}
	if rest = strings.TrimSpace(rest); found && len(rest) >= 2 && rest[0] == '\'' && rest[len(rest)-1] == '\'' {
		value := rest[1 : len(rest)-1]
		p.fallback = &value
	}
	return p
}

// resolve puts values for variables: their text is literal, whatever stands in
// it. The outcome is No where a variable has no value, and then the value is
// like nothing at all; Unknown where it cannot be known.
func resolve(list []piece, value func(key string) (string, Outcome)) ([]piece, Outcome) {
	if !slices.ContainsFunc(list, func(p piece) bool { return p.kind == variable }) {
		return list, Yes
	}
	out, known := make([]piece, 0, len(list)), Yes
	for _, p := range list {
		if p.kind == variable {
			text, ok := value(p.text)
			if ok == No && p.fallback != nil {
				text, ok = *p.fallback, Yes
			}
			known = known.and(ok)
			p = piece{text: text}
		}
		out = append(out, p)
	}
	return out, known
}

// matches compares a text with pieces that hold no variable.
func matches(list []piece, text string) bool {
	switch {
	case len(list) == 0:
		return text == ""
	case len(list) == 1 && list[0].kind == anyText:
		return true
	case list[0].kind == plain && !strings.HasPrefix(text, list[0].text):
		return false
	case len(list) == 1 && list[0].kind == plain:
		return text == list[0].text
	}
	// Every wildcard and every character of the pattern is one element.
	var pattern []rune
	var kinds []pieceKind
	for _, p := range list {
		if p.kind != plain {
			pattern, kinds = append(pattern, 0), append(kinds, p.kind)
			continue
		}
		for _, r := range p.text {
			pattern, kinds = append(pattern, r), append(kinds, plain)
		}
	}
	subject := []rune(text)
	// The classic match with one point to come back to: the last star.
	i, j, star, mark := 0, 0, -1, 0
	for i < len(subject) {
		switch {
		case j < len(pattern) && kinds[j] == anyText:
			star, mark = j, i
			j++
		case j < len(pattern) && (kinds[j] == anyRune || pattern[j] == subject[i]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = mark, star+1
		default:
			return false
		}
	}
	for j < len(pattern) && kinds[j] == anyText {
		j++
	}
	return j == len(pattern)
}

// like is the match of an action's pattern: case-insensitive, with wildcards,
// without variables.
func like(pattern, text string) bool {
	return matches(pieces(strings.ToLower(pattern), true, false), strings.ToLower(text))
}

const arnParts = 6 // arn:partition:service:region:account:resource

// segments splits pieces at the colons of their text, into at most six: a colon
// in a variable's value parts nothing.
func segments(list []piece) [][]piece {
	out := make([][]piece, 1, arnParts)
	for _, p := range list {
		for p.kind == plain && len(out) < arnParts {
			before, after, found := strings.Cut(p.text, ":")
			if !found {
				break
			}
			if before != "" {
				out[len(out)-1] = append(out[len(out)-1], piece{text: before})
			}
			out = append(out, nil)
			p.text = after
		}
		if p.kind != plain || p.text != "" {
			out[len(out)-1] = append(out[len(out)-1], p)
		}
	}
	return out
}

// matchesARN compares an ARN with a pattern segment by segment. A pattern with
// fewer than six is completed with wildcards, as IAM does for Resource.
func matchesARN(pattern []piece, arn string, complete bool) bool {
	want, have := segments(pattern), strings.SplitN(arn, ":", arnParts)
	if len(have) != arnParts {
		return len(pattern) == 1 && pattern[0].kind == anyText
	}
	if len(pattern) == 1 && pattern[0].kind == anyText {
		return true
	}
	for complete && len(want) < arnParts {
		want = append(want, []piece{{kind: anyText}})
	}
	if len(want) != arnParts {
		return false
	}
	for i := range want {
		if !matches(want[i], have[i]) {
			return false
		}
	}
	return true
}
