package item

import (
	"encoding/binary"
	"errors"
	"unicode/utf8"
)

// ErrMalformed is an answer that is not strict JSON (RFC 8259), or JSON of a
// shape that DynamoDB never sends. It says nothing of what was read.
var ErrMalformed = errors.New("item: malformed answer")

// Scanner reads one JSON document from its start to its end. Whatever it steps
// over, it validates. Its methods fail with ErrMalformed.
type Scanner struct {
	data []byte
	pos  int
}

// NewScanner begins a document. The scanner keeps data, and what it returns are
// parts of it.
func NewScanner(data []byte) (*Scanner, error) {
	// Checked once here, so that no string need look for more than its end.
	if !utf8.Valid(data) {
		return nil, ErrMalformed
	}
	return &Scanner{data: data}, nil
}

// IsJSON reports whether data is one document of strict JSON (RFC 8259) in valid
// UTF-8, without half a surrogate pair, and nested at most 96 deep.
func IsJSON(data []byte) bool {
	s, err := NewScanner(data)
	if err != nil {
		return false
	}
	_, err = s.Skip()
	return err == nil && s.End() == nil
}

// Object reads an object and calls member at each value, which member must read
// by exactly one call of a method. The name is unescaped. Names that occur twice
// are the caller's to refuse.
func (s *Scanner) Object(member func(name []byte) error) error {
	return s.sequence('{', '}', func() error {
		name, next := scanName(s.data, s.pos)
		if next < 0 {
			return ErrMalformed
		}
		s.pos = next
		return member(name.text())
	})
}

// Array reads an array and calls element at each value, as Object does.
func (s *Scanner) Array(element func() error) error { return s.sequence('[', ']', element) }

func (s *Scanner) sequence(opening, closing byte, element func() error) error {
	if s.pos = skipSpace(s.data, s.pos); !s.take(opening) {
		return ErrMalformed
	}
	if s.pos = skipSpace(s.data, s.pos); s.take(closing) {
		return nil
	}
	for {
		if err := element(); err != nil {
			return err
		}
		s.pos = skipSpace(s.data, s.pos)
		if s.take(closing) {
			return nil
		}
		if !s.take(',') {
			return ErrMalformed
		}
		s.pos = skipSpace(s.data, s.pos)
	}
}

func (s *Scanner) take(b byte) bool {
	if s.pos < len(s.data) && s.data[s.pos] == b {
		s.pos++
		return true
	}
	return false
}

// Skip reads any value and returns its bytes as they came.
func (s *Scanner) Skip() ([]byte, error) {
	start := skipSpace(s.data, s.pos)
	end := skipValue(s.data, start, maxDepth)
	if end < 0 {
		return nil, ErrMalformed
	}
	s.pos = end
	return s.data[start:end], nil
}

// Count reads a number that counts something: digits alone, below a billion.
func (s *Scanner) Count() (int, error) {
	digits, err := s.Skip()
	if err != nil || len(digits) > 9 {
		return 0, ErrMalformed
	}
	n := 0
	for _, d := range digits {
		if !isDigit(d) {
			return 0, ErrMalformed
		}
		n = n*10 + int(d-'0')
	}
	return n, nil
}

// End fails unless only space is left.
func (s *Scanner) End() error {
	if skipSpace(s.data, s.pos) != len(s.data) {
		return ErrMalformed
	}
	return nil
}

// Item reads an item, or a key, and puts the values of the named attributes in
// their slots: slots[i] is that of the i-th name, absent where the item has
// none. A named attribute that occurs twice is malformed. slots is at least as
// long as names. It returns the item's bytes as they came.
func (s *Scanner) Item(names *Names, slots []Raw) ([]byte, error) {
	start := skipSpace(s.data, s.pos)
	end := scanMembers(s.data, start, names, slots)
	if end < 0 {
		return nil, ErrMalformed
	}
	s.pos = end
	return s.data[start:end], nil
}

// scanMembers reads the object of attributes at i; it returns the index after
// it, or -1.
func scanMembers(data []byte, i int, names *Names, slots []Raw) int {
	clear(slots)
	if i >= len(data) || data[i] != '{' {
		return -1
	}
	if i = skipSpace(data, i+1); i < len(data) && data[i] == '}' {
		return i + 1
	}
	for {
		name, next := scanName(data, i)
		if next < 0 {
			return -1
		}
		slot := names.find(name.text())
		if slot < 0 {
			i = skipValue(data, next, maxDepth)
		} else {
			if slots[slot].present {
				return -1
			}
			slots[slot], i = scanAttribute(data, next)
		}
		if i < 0 {
			return -1
		}
		// The usual case, without space, first.
		if i+1 < len(data) && data[i] == ',' && data[i+1] == '"' {
			i++
			continue
		}
		i = skipSpace(data, i)
		if i >= len(data) {
			return -1
		}
		if data[i] == '}' {
			return i + 1
		}
		if data[i] != ',' {
			return -1
		}
		i = skipSpace(data, i+1)
	}
}

// scanAttribute reads the attribute value at i, and returns the index after it,
// or -1 where that is no JSON. JSON that is no attribute value is a Raw without
// a kind.
func scanAttribute(data []byte, i int) (Raw, int) {
	if isCompactScalar(data, i) {
		r, end := scanText(data, i+len(`{"S":`), scalarKind(data[i+2]))
		if end >= 0 && end < len(data) && data[end] == '}' {
			return r, end + 1
		}
	}
	kind, start := scanTag(data, i)
	if kind == 0 {
		return Raw{present: true}, skipValue(data, i, maxDepth)
	}
	r := Raw{present: true, Kind: kind}
	end := -1
	switch kind {
	case KindS, KindN, KindB:
		if r, end = scanText(data, start, kind); end < 0 {
			return Raw{}, -1
		}
	default:
		if end = skipValue(data, start, maxDepth); end < 0 {
			return Raw{}, -1
		}
		r.payload = data[start:end]
	}
	if end = skipSpace(data, end); end < len(data) && data[end] == '}' {
		return r, end + 1
	}
	return Raw{present: true}, skipValue(data, i, maxDepth)
}

// scanText reads the string at i, which is the value of an S, an N or a B, and
// returns the index after it, or -1.
func scanText(data []byte, i int, kind Kind) (Raw, int) {
	end, escaped := scanString(data, i+1)
	if end < 0 {
		return Raw{}, -1
	}
	r := Raw{Kind: kind, present: true, payload: data[i+1 : end]}
	if escaped {
		r.form = escapedForm
	}
	return r, end + 1
}

// scanTag reads `{"TAG":` at i, if what follows begins as a value of that kind
// does. start is the index of that beginning; a kind of 0 is no such thing.
func scanTag(data []byte, i int) (kind Kind, start int) {
	if i = skipSpace(data, i); i >= len(data) || data[i] != '{' {
		return 0, 0
	}
	name, next := scanName(data, skipSpace(data, i+1))
	if next < 0 {
		return 0, 0
	}
	if i = skipSpace(data, next); i >= len(data) {
		return 0, 0
	}
	begins := data[i]
	switch string(name.text()) {
	case "S":
		return only(KindS, begins == '"'), i
	case "N":
		return only(KindN, begins == '"'), i
	case "B":
		return only(KindB, begins == '"'), i
	case "BOOL":
		return only(KindBOOL, begins == 't' || begins == 'f'), i
	case "NULL":
		return only(KindNULL, begins == 't'), i
	case "SS":
		return only(KindSS, begins == '['), i
	case "NS":
		return only(KindNS, begins == '['), i
	case "BS":
		return only(KindBS, begins == '['), i
	case "L":
		return only(KindL, begins == '['), i
	case "M":
		return only(KindM, begins == '{'), i
	}
	return 0, i
}

func only(kind Kind, ok bool) Kind {
	if ok {
		return kind
	}
	return 0
}

// isCompactScalar reports whether `{"S":"`, or the same of an N or a B, stands
// at i with at least two bytes after it. It spares most values the long way.
func isCompactScalar(data []byte, i int) bool {
	const (
		pattern = '{' | '"'<<8 | '"'<<24 | ':'<<32 | '"'<<40
		where   = 0x0000_ffff_ff00_ffff
	)
	if i+8 > len(data) || binary.LittleEndian.Uint64(data[i:])&where != pattern {
		return false
	}
	return scalarKind(data[i+2]) != 0
}

func scalarKind(tag byte) Kind {
	switch tag {
	case 'S':
		return KindS
	case 'N':
		return KindN
	case 'B':
		return KindB
	}
	return 0
}

// scanName reads a member's name at i, and the colon after it, and returns the
// index after that, or -1.
func scanName(data []byte, i int) (n name, next int) {
	if i >= len(data) || data[i] != '"' {
		return name{}, -1
	}
	end, escaped := scanString(data, i+1)
	if end < 0 {
		return name{}, -1
	}
	n = name{data[i+1 : end], escaped}
	if i = end + 1; i < len(data) && data[i] != ':' {
		i = skipSpace(data, i)
	}
	if i >= len(data) || data[i] != ':' {
		return name{}, -1
	}
	return n, i + 1
}

// name is a member's name as it came.
type name struct {
	json    []byte
	escaped bool
}

func (n name) text() []byte {
	if n.escaped {
		return appendUnescaped(nil, n.json)
	}
	return n.json
}

func (n name) appendString(dst []byte) []byte {
	r := Raw{payload: n.json}
	if n.escaped {
		r.form = escapedForm
	}
	return r.appendString(dst)
}
