package item

import (
	"bytes"
	"encoding/base64"
	"unicode/utf16"
	"unicode/utf8"
)

// Raw is an attribute value as it stands in an answer: its kind, and where it
// is. The zero Raw is an absent attribute. It is valid JSON; what is inside a
// set, a list or a map is not looked at.
type Raw struct {
	// Kind is 0 for an absent attribute, and for a value that is none of the ten.
	Kind    Kind
	present bool
	form    form
	payload []byte
}

// form is how a Raw's payload stands for text.
type form uint8

const (
	clean       form = iota // the text is its own JSON, quotes aside
	escapedForm             // JSON with escapes
	decoded                 // text, of which JSON may need escapes
)

// RawText is a Raw of kind S, N or B that holds the text, which must be UTF-8.
func RawText(kind Kind, text []byte) Raw {
	return Raw{Kind: kind, present: true, form: decoded, payload: text}
}

// Present reports whether the item has the attribute, whatever its value.
func (r Raw) Present() bool { return r.present }

// Text is the text of an S, the digits of an N, the base64 of a B, `true` or
// `false` of a BOOL. It may stand in scratch, and then only until that is used
// again.
func (r Raw) Text(scratch *[]byte) []byte {
	if r.form != escapedForm {
		return r.payload
	}
	*scratch = appendUnescaped((*scratch)[:0], r.payload)
	return *scratch
}

// AppendWire appends the value of an S, an N or a B in compact DynamoDB JSON,
// with one spelling for each text.
func (r Raw) AppendWire(dst []byte) []byte {
	dst = append(dst, `{"`...)
	dst = append(dst, r.Kind.String()...)
	dst = append(dst, `":`...)
	dst = r.appendString(dst)
	return append(dst, '}')
}

// appendString appends the text as a JSON string. Escapes are written anew, so
// that equal texts have equal bytes.
func (r Raw) appendString(dst []byte) []byte {
	dst = append(dst, '"')
	switch r.form {
	case clean:
		dst = append(dst, r.payload...)
	case escapedForm:
		for i := 0; i < len(r.payload); {
			n := bytes.IndexByte(r.payload[i:], '\\')
			if n < 0 {
				n = len(r.payload) - i
			}
			dst = append(dst, r.payload[i:i+n]...)
			if i += n; i < len(r.payload) {
				char, length := decodeEscape(r.payload[i:])
				dst = appendChar(dst, char)
				i += length
			}
		}
	case decoded:
		return AppendText(dst[:len(dst)-1], r.payload)
	}
	return append(dst, '"')
}

// AppendText appends a JSON string of UTF-8 text, as AppendString does.
func AppendText(dst, text []byte) []byte {
	dst = append(dst, '"')
	for _, c := range text {
		if mustEscape(rune(c)) {
			dst = appendChar(dst, rune(c))
		} else {
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

// Elements calls each with every member of a set, or element of a list. Of
// another kind there are none.
func (r Raw) Elements(each func(Raw)) {
	data, of := r.payload, ElementKind(r.Kind)
	if r.Kind != KindL && of == 0 {
		return
	}
	for i := skipSpace(data, 1); data[i] != ']'; i = skipSpace(data, i) {
		if data[i] == ',' {
			i = skipSpace(data, i+1)
		}
		e := Raw{present: true}
		switch {
		case of == 0:
			e, i = scanAttribute(data, i)
		case data[i] == '"':
			e, i = scanText(data, i, of)
		default:
			i = skipValue(data, i, maxDepth)
		}
		each(e)
	}
}

func mustEscape(char rune) bool { return char < ' ' || char == '"' || char == '\\' }

// appendChar appends a character of a JSON string as AppendString writes it.
func appendChar(dst []byte, char rune) []byte {
	const hex = "0123456789abcdef"
	switch {
	case !mustEscape(char):
		return utf8.AppendRune(dst, char)
	case char == '\n':
		return append(dst, `\n`...)
	case char == '\r':
		return append(dst, `\r`...)
	case char == '\t':
		return append(dst, `\t`...)
	case char >= ' ':
		return append(dst, '\\', byte(char))
	}
	return append(dst, '\\', 'u', '0', '0', hex[char>>4], hex[char&0xf])
}

// appendUnescaped appends the text of a JSON string that was validated.
func appendUnescaped(dst, s []byte) []byte {
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			dst = append(dst, s[i])
			i++
			continue
		}
		char, n := decodeEscape(s[i:])
		dst = utf8.AppendRune(dst, char)
		i += n
	}
	return dst
}

// decodeEscape reads the escape that s begins with, both halves of a surrogate
// pair, and returns the length read; 0 for what is none. Half a pair is no
// character.
func decodeEscape(s []byte) (char rune, n int) {
	if len(s) < 2 {
		return 0, 0
	}
	switch c := s[1]; c {
	case '"', '\\', '/':
		return rune(c), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		return decodeUnicodeEscape(s)
	}
	return 0, 0
}

// decodeUnicodeEscape reads `\uXXXX`, or two of them that are a surrogate pair,
// and returns the length read, 0 for neither.
func decodeUnicodeEscape(s []byte) (r rune, n int) {
	const length = len(`\uXXXX`)
	r, ok := hexEscape(s)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, length
	}
	low, ok := hexEscape(s[length:])
	if !ok {
		return 0, 0
	}
	if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
		return 0, 0
	}
	return r, 2 * length
}

func hexEscape(s []byte) (r rune, ok bool) {
	if len(s) < len(`\uXXXX`) || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	for _, c := range s[2:6] {
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
		r = r<<4 | rune(c)
	}
	return r, true
}

// isBase64 reports whether the text is padded standard base64.
func isBase64(text []byte) bool {
	if len(text)%4 != 0 {
		return false
	}
	padding := 0
	for padding < 2 && padding < len(text) && text[len(text)-1-padding] == byte(base64.StdPadding) {
		padding++
	}
	for _, c := range text[:len(text)-padding] {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', isDigit(c), c == '+', c == '/':
		default:
			return false
		}
	}
	return true
}
