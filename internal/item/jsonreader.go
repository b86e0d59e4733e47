package item

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonReader walks one JSON text without going back. It is strict where
// encoding/json is lenient: invalid UTF-8 and lone surrogates are errors.
type jsonReader struct {
	data []byte
	pos  int
}

const msgSyntax = "Unexpected token received from parser"

func (r *jsonReader) syntax() error { return malformed(msgSyntax) }

func (r *jsonReader) space() {
	for r.pos < len(r.data) {
		switch r.data[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return
		}
	}
}

// peek is the next byte that is no white space, or 0 at the end.
func (r *jsonReader) peek() byte {
	r.space()
	if r.pos == len(r.data) {
		return 0
	}
	return r.data[r.pos]
}

func (r *jsonReader) take(b byte) bool {
	if r.peek() != b {
		return false
	}
	r.pos++
	return true
}

func (r *jsonReader) literal(word string) error {
	r.space()
	if !strings.HasPrefix(string(r.data[r.pos:min(len(r.data), r.pos+len(word))]), word) {
		return r.syntax()
	}
	r.pos += len(word)
	return nil
}

// object calls member with each name; member must read the value.
func (r *jsonReader) object(member func(name string) error) error {
	return r.sequence('{', '}', func() error {
		if r.peek() != '"' {
			return r.syntax()
		}
		name, err := r.string()
		if err != nil {
			return err
		}
		if !r.take(':') {
			return r.syntax()
		}
		return member(name)
	})
}

// array calls element before each element; element must read it.
func (r *jsonReader) array(element func() error) error {
	switch r.peek() {
	case '[':
		return r.sequence('[', ']', element)
	case '{':
		return malformed("Start of structure or map found where not expected")
	default:
		return malformed("Unexpected field type")
	}
}

func (r *jsonReader) sequence(open, shut byte, each func() error) error {
	if !r.take(open) {
		return r.syntax()
	}
	if r.take(shut) {
		return nil
	}
	for {
		if err := each(); err != nil {
			return err
		}
		if r.take(shut) {
			return nil
		}
		if !r.take(',') {
			return r.syntax()
		}
	}
}

// skip reads a value of any shape. Its nesting is bounded as values' is.
func (r *jsonReader) skip(depth int) error {
	if depth > 2*MaxDepth {
		return Invalid(msgTooDeep)
	}
	switch c := r.peek(); {
	case c == '{':
		return r.object(func(string) error { return r.skip(depth + 1) })
	case c == '[':
		return r.array(func() error { return r.skip(depth + 1) })
	case c == '"':
		_, err := r.string()
		return err
	case c == 't':
		return r.literal("true")
	case c == 'f':
		return r.literal("false")
	case c == 'n':
		return r.literal("null")
	default:
		return r.skipNumber()
	}
}

func (r *jsonReader) skipNumber() error {
	digits := func() bool {
		start := r.pos
		for r.pos < len(r.data) && isDigit(r.data[r.pos]) {
			r.pos++
		}
		return r.pos > start
	}
	next := func(set string) bool {
		if r.pos < len(r.data) && strings.IndexByte(set, r.data[r.pos]) >= 0 {
			r.pos++
			return true
		}
		return false
	}
	next("-")
	if !next("0") && !digits() {
		return r.syntax()
	}
	if next(".") && !digits() {
		return r.syntax()
	}
	if next("eE") {
		next("+-")
		if !digits() {
			return r.syntax()
		}
	}
	return nil
}

// numberToken is what DynamoDB calls the number that stands next.
func (r *jsonReader) numberToken() string {
	start := r.pos
	if r.skipNumber() != nil {
		return "UNKNOWN_VALUE"
	}
	if strings.ContainsAny(string(r.data[start:r.pos]), ".eE") {
		return "DECIMAL_VALUE"
	}
	return "NUMBER_VALUE"
}

func (r *jsonReader) string() (string, error) {
	r.pos++ // the quote, seen by whoever calls
	start := r.pos
	for r.pos < len(r.data) {
		switch c := r.data[r.pos]; {
		case c == '"':
			text := r.data[start:r.pos]
			r.pos++
			if !utf8.Valid(text) {
				return "", malformed("Invalid UTF-8")
			}
			return string(text), nil
		case c == '\\':
			return r.escaped(start)
		case c < ' ':
			return "", r.syntax()
		default:
			r.pos++
		}
	}
	return "", r.syntax()
}

// escaped goes on with a string that began at start, from its first escape.
func (r *jsonReader) escaped(start int) (string, error) {
	text := append([]byte(nil), r.data[start:r.pos]...)
	for r.pos < len(r.data) {
		c := r.data[r.pos]
		r.pos++
		switch {
		case c == '"':
			if !utf8.Valid(text) {
				return "", malformed("Invalid UTF-8")
			}
			return string(text), nil
		case c < ' ':
			return "", r.syntax()
		case c != '\\':
			text = append(text, c)
		default:
			char, ok := r.escape()
			if !ok {
				return "", r.syntax()
			}
			text = utf8.AppendRune(text, char)
		}
	}
	return "", r.syntax()
}

func (r *jsonReader) escape() (rune, bool) {
	if r.pos == len(r.data) {
		return 0, false
	}
	c := r.data[r.pos]
	r.pos++
	if c == 'u' {
		return r.unicode()
	}
	const letters, meanings = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	i := strings.IndexByte(letters, c)
	if i < 0 {
		return 0, false
	}
	return rune(meanings[i]), true
}

func (r *jsonReader) unicode() (rune, bool) {
	char, ok := r.hex4()
	if !ok || !utf16.IsSurrogate(char) {
		return char, ok
	}
	if r.pos+2 > len(r.data) || r.data[r.pos] != '\\' || r.data[r.pos+1] != 'u' {
		return 0, false
	}
	r.pos += 2
	low, ok := r.hex4()
	if !ok {
		return 0, false
	}
	char = utf16.DecodeRune(char, low)
	return char, char != utf8.RuneError
}

func (r *jsonReader) hex4() (rune, bool) {
	if r.pos+4 > len(r.data) {
		return 0, false
	}
	var char rune
	for _, c := range r.data[r.pos : r.pos+4] {
		switch {
		case isDigit(c):
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		char = char<<4 | rune(c)
	}
	r.pos += 4
	return char, true
}
