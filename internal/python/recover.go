package python

import (
	"slices"
	"strings"
)

// recover leaves the failed state. The failed statement began at start, in a
// block of the given level; reading goes on at the next line whose indent is
// that of the block or less.
func (p *parser) recover(start int32, level int) {
	at := int(p.failPos)
	if p.tokens < 0 {
		p.lex.pos = len(p.src)
	} else {
		// A bracket that nothing closes has swallowed the file: go back to the
		// line after the statement's first, as long as that stays affordable.
		if p.atEnd && at > int(start) && p.rescan > 0 {
			p.rescan -= at - int(start)
			at = int(start)
		}
		p.lex.indents = p.lex.indents[:min(level, len(p.lex.indents))]
		p.lex.resync(at, int(start))
	}
	p.failed, p.atEnd = false, false
	p.depth, p.links = 0, 0
	p.lex.paren, p.lex.bol, p.lex.last = 0, true, tNewline
	p.tokens = max(p.tokens, 0) + 1
	p.tok.kind = tNewline
	p.read()
}

// resync moves to the beginning of the line where reading can go on.
func (l *lexer) resync(at, start int) {
	l.bol = false
	begin := strings.LastIndexAny(l.src[:at], "\r\n") + 1
	// An offender that begins its own line may well begin a statement.
	if begin > start && strings.Trim(l.src[begin:at], " \t\f") == "" {
		l.pos = begin
	} else {
		l.pos = at
		l.skipLine()
	}
	top := l.indents[len(l.indents)-1].col
	for l.pos < len(l.src) {
		begin := l.pos
		here := l.measure()
		if l.pos >= len(l.src) {
			return
		}
		switch l.src[l.pos] {
		case '#', ')', ']', '}', '\n', '\r':
		default:
			if here.col <= top {
				l.pos = begin
				return
			}
		}
		l.skipLine()
	}
}

// skipLine passes the rest of the line and its end, a string of several lines
// as one piece, brackets as nothing.
func (l *lexer) skipLine() {
	var t token
	for {
		l.paren, l.bol = 0, false
		l.next(&t)
		switch t.kind {
		case tFString:
			if l.skipPlain(t); l.pos >= len(l.src) {
				return
			}
		case tNewline, tEOF:
			l.bol = false
			return
		}
	}
}

func (f *File) sortProblems() {
	slices.SortStableFunc(f.Problems, func(a, b Problem) int { return int(a.Start) - int(b.Start) })
	f.Problems = slices.CompactFunc(f.Problems, func(a, b Problem) bool { return a.Start == b.Start })
}
