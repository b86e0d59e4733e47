package python

import (
	"strings"
	"unicode/utf8"
)

// unescape gives the value of a literal's inside. An escape that Python does
// not know stays as it is written, as Python has it. Doubled says that {{ and
// }} stand for one brace each.
func unescape(raw string, flags uint8, doubled bool) string {
	var b strings.Builder
	b.Grow(len(raw))
	for i := 0; i < len(raw); {
		switch c := raw[i]; {
		case c == '\r': // every line end is one \n
			b.WriteByte('\n')
			i++
			if i < len(raw) && raw[i] == '\n' {
				i++
			}
		case doubled && (c == '{' || c == '}'):
			b.WriteByte(c)
			i += 2
		case c != '\\' || flags&strRaw != 0 || i+1 == len(raw):
			b.WriteByte(c)
			i++
		default:
			i += 1 + escape(&b, raw[i+1:], flags&strBytes != 0)
		}
	}
	return b.String()
}

// escape writes what the escape after a backslash stands for and returns the
// bytes that it took.
// https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences
func escape(b *strings.Builder, s string, bin bool) int {
	switch c := s[0]; c {
	case '\n':
		return 1
	case '\r':
		if len(s) > 1 && s[1] == '\n' {
			return 2
		}
		return 1
	case '\\', '\'', '"':
		b.WriteByte(c)
	case 'a':
		b.WriteByte('\a')
	case 'b':
		b.WriteByte('\b')
	case 'f':
		b.WriteByte('\f')
	case 'n':
		b.WriteByte('\n')
	case 'r':
		b.WriteByte('\r')
	case 't':
		b.WriteByte('\t')
	case 'v':
		b.WriteByte('\v')
	case '0', '1', '2', '3', '4', '5', '6', '7':
		n, v := 0, rune(0)
		for n < 3 && n < len(s) && s[n] >= '0' && s[n] <= '7' {
			v = v*8 + rune(s[n]-'0')
			n++
		}
		writeCode(b, v, bin)
		return n
	case 'x':
		return hexEscape(b, s, 2, bin)
	case 'u':
		if !bin {
			return hexEscape(b, s, 4, false)
		}
		b.WriteString(`\u`)
	case 'U':
		if !bin {
			return hexEscape(b, s, 8, false)
		}
		b.WriteString(`\U`)
	case 'N':
		if end := strings.IndexByte(s, '}'); !bin && len(s) > 1 && s[1] == '{' && end > 0 {
			b.WriteRune(utf8.RuneError)
			return end + 1
		}
		b.WriteString(`\N`)
	default:
		b.WriteByte('\\')
		_, size := utf8.DecodeRuneInString(s)
		b.WriteString(s[:size])
		return size
	}
	return 1
}

func hexEscape(b *strings.Builder, s string, digits int, bin bool) int {
	v := uint32(0) // eight digits fill it
	n := 1
	for n < len(s) && n <= digits {
		d := strings.IndexByte("0123456789abcdef", s[n]|0x20)
		if isDigit(s[n]) {
			d = int(s[n] - '0')
		}
		if d < 0 {
			break
		}
		v = v<<4 | uint32(d)
		n++
	}
	if n == 1 {
		b.WriteByte('\\')
		b.WriteByte(s[0])
		return 1
	}
	if v > utf8.MaxRune {
		v = utf8.RuneError
	}
	writeCode(b, rune(v), bin)
	return n
}

// writeCode writes a code point, or a byte of a bytes literal.
func writeCode(b *strings.Builder, v rune, bin bool) {
	if bin {
		b.WriteByte(byte(v))
		return
	}
	b.WriteRune(v) // what is no character becomes U+FFFD
}
