package python

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// indent is a level of indentation, measured twice as CPython does: with tabs
// to the next multiple of eight, and with tabs of one. Where the two disagree,
// tabs and spaces are mixed.
type indent struct{ col, alt int32 }

// lexer makes tokens on demand. Its state is a value: a copy of it is a place
// to come back to, as long as no line begins in between.
type lexer struct {
	src     string
	pos     int
	paren   int // open brackets; inside them line ends mean nothing
	bol     bool
	last    kind
	indents []indent
	file    *File
	message string // of the last tError
}

func isNameStart(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80
}

func isNameByte(c byte) bool { return isNameStart(c) || isDigit(c) }

func isDigit(c byte) bool { return c-'0' <= 9 }

// next reads one token. After a tError the position has moved on.
func (l *lexer) next(t *token) {
	if l.bol {
		if l.beginLine(t) {
			l.last = t.kind
			return
		}
	}
	src := l.src
	for {
		for l.pos < len(src) && (src[l.pos] == ' ' || src[l.pos] == '\t' || src[l.pos] == '\f') {
			l.pos++
		}
		if l.pos >= len(src) {
			l.end(t)
			break
		}
		start := l.pos
		t.start = int32(start)
		c := src[start]
		switch {
		case isNameStart(c):
			l.word(t)
		case isDigit(c), c == '.' && start+1 < len(src) && isDigit(src[start+1]):
			l.number(t)
		case c == '"' || c == '\'':
			l.str(t, 0)
		case c == '\n' || c == '\r':
			l.newline()
			if l.paren > 0 {
				continue
			}
			l.bol = true
			t.kind, t.end = tNewline, int32(start)
		case c == '#':
			l.comment()
			continue
		case c == '\\':
			l.pos++
			if l.pos < len(src) && (src[l.pos] == '\n' || src[l.pos] == '\r') {
				l.newline()
				continue
			}
			l.fail(t, "unexpected character after a line continuation")
		default:
			l.operator(t, c)
		}
		break
	}
	l.last = t.kind
}

func (l *lexer) fail(t *token, message string) {
	t.kind, t.end = tError, int32(l.pos)
	l.message = message
}

// newline passes one line end, of any of the three kinds.
func (l *lexer) newline() {
	if l.src[l.pos] == '\r' && l.pos+1 < len(l.src) && l.src[l.pos+1] == '\n' {
		l.pos++
	}
	l.pos++
}

func (l *lexer) comment() {
	start := l.pos
	l.toLineEnd()
	// A line may be read twice; its comment is kept once.
	kept := l.file.Comments
	if len(kept) == 0 || kept[len(kept)-1].Start < int32(start) {
		l.file.Comments = append(kept, Span{int32(start), int32(l.pos)})
	}
}

func (l *lexer) toLineEnd() {
	if n := strings.IndexAny(l.src[l.pos:], "\n\r"); n >= 0 {
		l.pos += n
		return
	}
	l.pos = len(l.src)
}

// end closes the last line and the open blocks, one token at a time.
func (l *lexer) end(t *token) {
	t.start, t.end = int32(l.pos), int32(l.pos)
	switch {
	case l.paren > 0:
		t.kind = tEOF
	case l.last != tNewline && l.last != tDedent && l.last != tEOF:
		t.kind = tNewline
	case len(l.indents) > 1:
		l.indents = l.indents[:len(l.indents)-1]
		t.kind = tDedent
	default:
		t.kind = tEOF
	}
}

// beginLine passes blank lines and comments, and says whether the next line's
// indentation makes a token.
func (l *lexer) beginLine(t *token) bool {
	for {
		start := l.pos
		here := l.measure()
		if l.pos >= len(l.src) {
			l.bol = false
			return false
		}
		switch l.src[l.pos] {
		case '#':
			l.comment()
			continue
		case '\n', '\r':
			l.newline()
			continue
		}
		t.start, t.end = int32(l.pos), int32(l.pos)
		top := &l.indents[len(l.indents)-1]
		if here.col == top.col {
			if here.alt != top.alt {
				l.file.problem(l.pos, "tabs and spaces are mixed")
			}
			l.bol = false
			return false
		}
		if here.col > top.col {
			if here.alt <= top.alt {
				l.file.problem(l.pos, "tabs and spaces are mixed")
			}
			l.bol = false
			if len(l.indents) >= maxIndents {
				l.fail(t, "too many levels of indentation")
				return true
			}
			l.indents = append(l.indents, here)
			t.kind = tIndent
			return true
		}
		if here.col > l.indents[len(l.indents)-2].col {
			// Between two levels: it is taken as the inner one.
			l.file.problem(l.pos, "the indent matches no outer level")
			*top = here
			l.bol = false
			return false
		}
		l.indents = l.indents[:len(l.indents)-1]
		l.pos = start
		t.kind = tDedent
		return true
	}
}

// measure passes the white space that begins a line and returns its width.
func (l *lexer) measure() indent {
	var here, before indent
	continued := false
	for l.pos < len(l.src) {
		switch l.src[l.pos] {
		case ' ':
			here.col++
			here.alt++
		case '\t':
			here.col = (here.col/8 + 1) * 8
			here.alt++
		case '\f':
			here = indent{}
		case '\\':
			if l.pos+1 >= len(l.src) || l.src[l.pos+1] != '\n' && l.src[l.pos+1] != '\r' {
				return here
			}
			// The width before the first continuation counts, if there is any.
			if !continued || before.col == 0 {
				before = here
			}
			continued = true
			here = indent{}
			l.pos++
			l.newline()
			continue
		default:
			if before.col > 0 {
				return before
			}
			return here
		}
		l.pos++
	}
	return here
}

// word reads a name, a keyword, or a string with a prefix.
func (l *lexer) word(t *token) {
	src := l.src
	start := l.pos
	p := start
	for p < len(src) && isNameByte(src[p]) {
		if src[p] >= 0x80 {
			r, size := utf8.DecodeRuneInString(src[p:])
			if !isNameRune(r) {
				if p == start {
					p += size
					l.pos = p
					l.fail(t, "invalid character")
					return
				}
				break
			}
			p += size
			continue
		}
		p++
	}
	l.pos = p
	t.end = int32(p)
	n := p - start
	if n <= 2 && p < len(src) && (src[p] == '"' || src[p] == '\'') {
		if flags, formatted, ok := stringPrefix(src[start:p]); ok {
			if formatted {
				l.openFString(t, flags)
			} else {
				l.str(t, flags)
			}
			return
		}
	}
	t.kind = tName
	if n >= 2 && n <= 8 {
		t.kind = keyword(src[start:p])
	}
}

func isNameRune(r rune) bool {
	return r != utf8.RuneError && (unicode.In(r, unicode.L, unicode.Nl, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc) ||
		unicode.In(r, unicode.Other_ID_Start, unicode.Other_ID_Continue))
}

func (l *lexer) number(t *token) {
	src := l.src
	p := l.pos
	digits := func() {
		for p < len(src) && (isDigit(src[p]) || src[p] == '_' && p+1 < len(src) && isDigit(src[p+1])) {
			p++
		}
	}
	t.kind = tNumber
	if src[p] == '0' && p+1 < len(src) && (src[p+1]|0x20 == 'x' || src[p+1]|0x20 == 'o' || src[p+1]|0x20 == 'b') {
		hex := src[p+1]|0x20 == 'x'
		p += 2
		first := p
		for p < len(src) && (isDigit(src[p]) || src[p] == '_' || hex && src[p]|0x20 >= 'a' && src[p]|0x20 <= 'f') {
			p++
		}
		l.pos = p
		t.end = int32(p)
		if p == first || src[p-1] == '_' {
			l.fail(t, "invalid number")
		}
		return
	}
	whole := true
	digits()
	intEnd := p
	if p < len(src) && src[p] == '.' {
		whole = false
		p++
		digits()
	}
	if p < len(src) && src[p]|0x20 == 'e' {
		q := p + 1
		if q < len(src) && (src[q] == '+' || src[q] == '-') {
			q++
		}
		if q < len(src) && isDigit(src[q]) {
			whole = false
			p = q
			digits()
		}
	}
	if p < len(src) && src[p]|0x20 == 'j' {
		whole = false
		p++
	}
	start := l.pos
	l.pos = p
	t.end = int32(p)
	if whole && src[start] == '0' && strings.Trim(src[start:intEnd], "0_") != "" {
		l.fail(t, "leading zeros in a number")
	}
}

func (l *lexer) operator(t *token, c byte) {
	l.pos++
	k := tError
	switch c {
	case '(', '[', '{':
		l.paren++
		k = tLParen
		if c == '[' {
			k = tLBracket
		} else if c == '{' {
			k = tLBrace
		}
	case ')', ']', '}':
		l.paren = max(l.paren-1, 0)
		k = tRParen
		if c == ']' {
			k = tRBracket
		} else if c == '}' {
			k = tRBrace
		}
	case ',':
		k = tComma
	case ';':
		k = tSemi
	case '~':
		k = tTilde
	case ':':
		k = l.either('=', tWalrus, tColon)
	case '.':
		k = tDot
		if strings.HasPrefix(l.src[l.pos:], "..") {
			l.pos += 2
			k = tEllipsis
		}
	case '=':
		k = l.either('=', tEq, tAssign)
	case '!':
		k = l.either('=', tNotEq, tBang)
	case '<':
		k = l.shift(c, tLt, tLtE, tLShift, tLShiftAssign)
	case '>':
		k = l.shift(c, tGt, tGtE, tRShift, tRShiftAssign)
	case '*':
		k = l.shift(c, tMult, tMultAssign, tPow, tPowAssign)
	case '/':
		k = l.shift(c, tDiv, tDivAssign, tFloorDiv, tFloorDivAssign)
	case '+':
		k = l.either('=', tAddAssign, tAdd)
	case '-':
		if l.pos < len(l.src) && l.src[l.pos] == '>' {
			l.pos++
			k = tArrow
		} else {
			k = l.either('=', tSubAssign, tSub)
		}
	case '%':
		k = l.either('=', tModAssign, tMod)
	case '@':
		k = l.either('=', tMatMultAssign, tMatMult)
	case '&':
		k = l.either('=', tBitAndAssign, tBitAnd)
	case '|':
		k = l.either('=', tBitOrAssign, tBitOr)
	case '^':
		k = l.either('=', tBitXorAssign, tBitXor)
	default:
		l.fail(t, "invalid character")
		return
	}
	t.kind, t.end = k, int32(l.pos)
}

func (l *lexer) either(c byte, yes, no kind) kind {
	if l.pos < len(l.src) && l.src[l.pos] == c {
		l.pos++
		return yes
	}
	return no
}

// shift reads what may follow a character that may be doubled: c, c=, cc, cc=.
func (l *lexer) shift(c byte, one, oneAssign, two, twoAssign kind) kind {
	if l.pos < len(l.src) && l.src[l.pos] == c {
		l.pos++
		return l.either('=', twoAssign, two)
	}
	return l.either('=', oneAssign, one)
}
