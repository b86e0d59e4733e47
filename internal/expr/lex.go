package expr

import (
	"strings"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokenEnd   tokenKind = iota
	tokenWord            // a name or a keyword
	tokenName            // #alias
	tokenValue           // :value
	tokenIndex           // digits
	tokenSign            // everything else, the illegal included
)

type token struct {
	kind       tokenKind
	text       string
	start, end int // in the source
}

// lex cuts the source into tokens, the last of which is the end. A character
// that can't stand in an expression is a token, which no rule takes.
func lex(source string) []token {
	tokens := make([]token, 0, len(source)/3+1)
	for i := 0; i < len(source); {
		c := source[i]
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
			i++
			continue
		}
		kind, end := scan(source, i)
		tokens = append(tokens, token{kind, source[i:end], i, end})
		i = end
	}
	return append(tokens, token{tokenEnd, "<EOF>", len(source), len(source)})
}

func scan(source string, i int) (tokenKind, int) {
	switch c := source[i]; {
	case isLetter(c):
		return tokenWord, wordEnd(source, i)
	case c == '#' || c == ':':
		end := wordEnd(source, i+1)
		switch {
		case end == i+1:
			return tokenSign, end
		case c == '#':
			return tokenName, end
		}
		return tokenValue, end
	case isDigit(c):
		end := i
		for end < len(source) && isDigit(source[end]) {
			end++
		}
		return tokenIndex, end
	}
	for _, sign := range []string{"<>", "<=", ">="} {
		if strings.HasPrefix(source[i:], sign) {
			return tokenSign, i + 2
		}
	}
	_, size := utf8.DecodeRuneInString(source[i:])
	return tokenSign, i + size
}

func wordEnd(source string, i int) int {
	for i < len(source) && (isLetter(source[i]) || isDigit(source[i])) {
		i++
	}
	return i
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isWord tells whether the token is that keyword, in any case.
func (t token) isWord(keyword string) bool {
	return t.kind == tokenWord && strings.EqualFold(t.text, keyword)
}

func (t token) isSign(sign string) bool { return t.kind == tokenSign && t.text == sign }
