package python

// stringPrefix reads the letters before a quote.
func stringPrefix(s string) (flags uint8, formatted, ok bool) {
	var raw, bin, uni, form bool
	for i := range len(s) {
		var seen *bool
		switch s[i] | 0x20 {
		case 'r':
			seen = &raw
			flags |= strRaw
		case 'b':
			seen = &bin
			flags |= strBytes
		case 'u':
			seen = &uni
		case 't':
			seen = &form
			flags |= strTemplate
		case 'f':
			seen = &form
		default:
			return 0, false, false
		}
		if *seen {
			return 0, false, false
		}
		*seen = true
	}
	if bin && form || uni && len(s) > 1 {
		return 0, false, false
	}
	return flags, form, true
}

// openQuotes passes one quote or three.
func (l *lexer) openQuotes() (quote byte, triple bool) {
	quote = l.src[l.pos]
	if l.pos+2 < len(l.src) && l.src[l.pos+1] == quote && l.src[l.pos+2] == quote {
		l.pos += 3
		return quote, true
	}
	l.pos++
	return quote, false
}

func (l *lexer) closes(quote byte, triple bool) bool {
	if l.src[l.pos] != quote {
		return false
	}
	if !triple {
		l.pos++
		return true
	}
	if l.pos+2 < len(l.src) && l.src[l.pos+1] == quote && l.src[l.pos+2] == quote {
		l.pos += 3
		return true
	}
	return false
}

// str reads a whole string that has no fields in it; the position is at its
// quotes.
func (l *lexer) str(t *token, flags uint8) {
	quote, triple := l.openQuotes()
	if triple {
		flags |= strTriple
	}
	src := l.src
	for l.pos < len(src) {
		switch c := src[l.pos]; {
		case c == quote:
			if l.closes(quote, triple) {
				t.kind, t.flags, t.end = tString, flags, int32(l.pos)
				return
			}
			l.pos++
		case c == '\\':
			flags |= strEscape
			l.pos++
			if l.pos < len(src) {
				l.skipEscaped()
			}
		case c == '\n' || c == '\r':
			if !triple {
				l.fail(t, "unterminated string")
				return
			}
			if c == '\r' {
				flags |= strEscape
			}
			l.pos++
		default:
			l.pos++
		}
	}
	if triple {
		l.fail(t, "unterminated triple-quoted string")
		return
	}
	l.fail(t, "unterminated string")
}

// skipEscaped passes what stands after a backslash.
func (l *lexer) skipEscaped() {
	if c := l.src[l.pos]; c == '\n' || c == '\r' {
		l.newline()
		return
	}
	l.pos++
}

func (l *lexer) openFString(t *token, flags uint8) {
	if _, triple := l.openQuotes(); triple {
		flags |= strTriple
	}
	t.kind, t.flags, t.end = tFString, flags, int32(l.pos)
}

// textStop says what ended a piece of an f-string's text.
type textStop uint8

const (
	stopQuote textStop = iota // the string's end, passed
	stopField                 // a { that opens a field, passed
	stopSpec                  // a } that ends a format specification, not passed
	stopBad
)

// text reads the literal text of an f-string up to what ends it. The string was
// opened with quote and flags; spec says that this is a format specification.
func (l *lexer) text(quote byte, flags uint8, spec bool) (stop textStop, escaped, doubled bool) {
	src := l.src
	triple := flags&strTriple != 0
	for l.pos < len(src) {
		switch c := src[l.pos]; c {
		case quote:
			if l.closes(quote, triple) {
				return stopQuote, escaped, doubled
			}
			l.pos++
		case '\\':
			escaped = true
			l.pos++
			if l.pos >= len(src) {
				return stopBad, escaped, doubled
			}
			switch {
			case flags&strRaw == 0 && src[l.pos] == 'N' && l.pos+1 < len(src) && src[l.pos+1] == '{':
				for l.pos < len(src) && src[l.pos] != '}' && src[l.pos] != quote && src[l.pos] != '\n' {
					l.pos++
				}
				if l.pos < len(src) && src[l.pos] == '}' {
					l.pos++
				}
			case src[l.pos] != '{' && src[l.pos] != '}': // a backslash escapes no brace
				l.skipEscaped()
			}
		case '\n', '\r':
			if !triple {
				return stopBad, escaped, doubled
			}
			escaped = escaped || c == '\r'
			l.pos++
		case '{':
			l.pos++
			if spec || l.pos >= len(src) || src[l.pos] != '{' {
				return stopField, escaped, doubled
			}
			doubled = true
			l.pos++
		case '}':
			if spec {
				return stopSpec, escaped, doubled
			}
			l.pos++
			if l.pos >= len(src) || src[l.pos] != '}' {
				return stopBad, escaped, doubled
			}
			doubled = true
			l.pos++
		default:
			l.pos++
		}
	}
	return stopBad, escaped, doubled
}

// skipFString passes an f-string whose opening is t without building anything,
// and says whether it was well formed. Depth bounds the nesting.
func (l *lexer) skipFString(t token, depth int) bool {
	if depth > maxDepth {
		return false
	}
	quote := l.src[t.end-1]
	for {
		switch stop, _, _ := l.text(quote, t.flags, false); stop {
		case stopQuote:
			return true
		case stopField:
			if !l.skipField(quote, t.flags, depth) {
				return false
			}
		default:
			return false
		}
	}
}

func (l *lexer) skipField(quote byte, flags uint8, depth int) bool {
	if depth > maxDepth {
		return false
	}
	paren := l.paren
	l.paren++
	nested := 0
	var t token
	for {
		l.next(&t)
		switch t.kind {
		case tEOF, tError:
			l.paren = paren
			return false
		case tFString:
			if !l.skipFString(t, depth+1) {
				return false
			}
		case tLParen, tLBracket, tLBrace:
			nested++
		case tRParen, tRBracket:
			nested--
		case tRBrace:
			if nested == 0 {
				return true
			}
			nested--
		case tColon, tWalrus:
			if nested > 0 {
				continue
			}
			l.pos = int(t.start) + 1
			for {
				stop, _, _ := l.text(quote, flags, true)
				if stop == stopSpec {
					break
				}
				if stop != stopField || !l.skipField(quote, flags, depth+1) {
					l.paren = paren
					return false
				}
			}
		}
	}
}

// skipPlain passes an f-string as if it had no fields: the way back to solid
// ground after one that is malformed. It says whether the closing quotes came.
func (l *lexer) skipPlain(t token) bool {
	l.pos = int(t.end)
	quote := l.src[t.end-1]
	triple := t.flags&strTriple != 0
	for l.pos < len(l.src) {
		switch c := l.src[l.pos]; {
		case c == quote && l.closes(quote, triple):
			return true
		case c == '\\' && l.pos+1 < len(l.src):
			l.pos++
			l.skipEscaped()
		case !triple && (c == '\n' || c == '\r'):
			return false
		default:
			l.pos++
		}
	}
	return false
}
