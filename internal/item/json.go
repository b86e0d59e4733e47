package item

import (
	"encoding/binary"
	"math/bits"
)

// The grammar of JSON (RFC 8259), for the scanner of answers and for the reader
// of requests: each function is given the index where something begins, and
// returns the index after it, or -1 where no such thing stands.

// maxDepth bounds nesting. DynamoDB nests values 32 deep, two levels of JSON
// each, inside a few levels of an answer.
const maxDepth = 96

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// scanString is given the index after an opening quote and returns that of the
// closing one, or -1. It looks at eight bytes at a time for a quote, a backslash
// or a control character: subtracting borrows into the high bit of a byte that
// is too small. A borrow may spoil the bytes above it, never those below, so the
// lowest bit found is right.
func scanString(data []byte, i int) (end int, escaped bool) {
	for {
		if i+8 <= len(data) {
			x := binary.LittleEndian.Uint64(data[i:])
			quote := x ^ ones*'"'
			slash := x ^ ones*'\\'
			found := ((quote-ones)&^quote | (slash-ones)&^slash | (x-ones*0x20)&^x) & highs
			if found == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(found) / 8
		} else if i >= len(data) {
			return -1, false
		}
		switch c := data[i]; {
		case c == '"':
			return i, escaped
		case c == '\\':
			_, n := decodeEscape(data[i:])
			if n == 0 {
				return -1, false
			}
			escaped = true
			i += n
		case c < ' ':
			return -1, false
		default: // among the last seven bytes
			i++
		}
	}
}

// skipValue validates any value at i, with space before it, and returns the
// index after it, or -1. depth is how many levels it may nest.
func skipValue(data []byte, i, depth int) int {
	if isCompactScalar(data, i) {
		end, _ := scanString(data, i+len(`{"S":"`))
		if end >= 0 && end+1 < len(data) && data[end+1] == '}' && depth > 0 {
			return end + 2
		}
	}
	if i = skipSpace(data, i); i >= len(data) {
		return -1
	}
	switch data[i] {
	case '"':
		end, _ := scanString(data, i+1)
		if end < 0 {
			return -1
		}
		return end + 1
	case '{', '[':
		if depth == 0 {
			return -1
		}
		return skipContainer(data, i, depth-1)
	case 't':
		return skipWord(data, i, "true")
	case 'f':
		return skipWord(data, i, "false")
	case 'n':
		return skipWord(data, i, "null")
	}
	return scanNumber(data, i)
}

func skipContainer(data []byte, i, depth int) int {
	object := data[i] == '{'
	closing := byte(']')
	if object {
		closing = '}'
	}
	if i = skipSpace(data, i+1); i < len(data) && data[i] == closing {
		return i + 1
	}
	for {
		if object {
			if _, i = scanName(data, i); i < 0 {
				return -1
			}
		}
		if i = skipValue(data, i, depth); i < 0 {
			return -1
		}
		if i = skipSpace(data, i); i >= len(data) {
			return -1
		}
		if data[i] == closing {
			return i + 1
		}
		if data[i] != ',' {
			return -1
		}
		i = skipSpace(data, i+1)
	}
}

func skipWord(data []byte, i int, word string) int {
	if end := i + len(word); end <= len(data) && string(data[i:end]) == word {
		return end
	}
	return -1
}

func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\t' || data[i] == '\r') {
		i++
	}
	return i
}

// scanNumber reads a JSON number at i and returns the index after it, or -1.
func scanNumber(data []byte, i int) int {
	if i < len(data) && data[i] == '-' {
		i++
	}
	switch {
	case i >= len(data):
		return -1
	case data[i] == '0':
		i++
	default:
		if i = scanDigits(data, i); i < 0 {
			return -1
		}
	}
	if i < len(data) && data[i] == '.' {
		if i = scanDigits(data, i+1); i < 0 {
			return -1
		}
	}
	if i < len(data) && (data[i] == 'e' || data[i] == 'E') {
		i++
		if i < len(data) && (data[i] == '+' || data[i] == '-') {
			i++
		}
		return scanDigits(data, i)
	}
	return i
}

// scanDigits reads at least one digit.
func scanDigits(data []byte, i int) int {
	start := i
	for i < len(data) && isDigit(data[i]) {
		i++
	}
	if i == start {
		return -1
	}
	return i
}
