package item

import (
	"strings"
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

func (r *jsonReader) space() { r.pos = skipSpace(r.data, r.pos) }

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
	return r.advance(skipWord(r.data, r.pos, word))
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

func (r *jsonReader) skipNumber() error { return r.advance(scanNumber(r.data, r.pos)) }

// advance goes to the index that one of the scanner's functions found, or fails
// where it found none.
func (r *jsonReader) advance(to int) error {
	if to < 0 {
		return r.syntax()
	}
	r.pos = to
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

// string reads the string whose opening quote stands next.
func (r *jsonReader) string() (string, error) {
	start := r.pos + 1
	end, escaped := scanString(r.data, start)
	if end < 0 {
		return "", r.syntax()
	}
	r.pos = end + 1
	text := r.data[start:end]
	if !utf8.Valid(text) {
		return "", malformed("Invalid UTF-8")
	}
	if escaped {
		text = appendUnescaped(nil, text)
	}
	return string(text), nil
}
