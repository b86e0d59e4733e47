package view

import (
	"bytes"

	"github.com/discreet-dev/discreet/internal/item"
)

// keyPattern matches a stored key attribute by its template, as
// contract.Template.Match does, on the answer's bytes.
type keyPattern struct {
	slot      int
	kind      item.Kind // as declared
	required  bool      // of the key that the item was read by: it must match
	whole     bool
	delimiter string
	parts     []keyPart
}

// keyPart is a literal, or a variable and its slot.
type keyPart struct {
	literal string
	slot    int
	kind    item.Kind
}

// capture is what a variable's part of a key holds.
type capture struct {
	part  keyPart
	value []byte
}

// match puts the variables of one key into their slots. It reports false when
// the key must match and does not, or when a variable has another value already:
// the item is then not of the type. A key that need not match, and does not,
// leaves its variables as they are.
func (p *keyPattern) match(slots []item.Raw, captures []capture) ([]capture, bool) {
	r := slots[p.slot]
	if r.Kind != p.kind {
		return captures, !p.required
	}
	// Not reused: the variables stand in it for as long as the item is read.
	var scratch []byte
	captures, ok := p.split(r.Text(&scratch), captures[:0])
	if !ok {
		return captures, !p.required
	}
	for _, c := range captures {
		have := slots[c.part.slot]
		if c.part.slot == p.slot {
			continue // a whole key, which is its own variable
		}
		if have.Present() && !bytes.Equal(have.Text(&scratch), c.value) {
			return captures, false
		}
		slots[c.part.slot] = item.RawText(c.part.kind, c.value)
	}
	return captures, true
}

func (p *keyPattern) split(text []byte, captures []capture) ([]capture, bool) {
	if p.whole {
		return append(captures, capture{p.parts[0], text}), len(text) > 0
	}
	for i, part := range p.parts {
		if part.literal != "" {
			if len(text) < len(part.literal) || string(text[:len(part.literal)]) != part.literal {
				return captures, false
			}
			text = text[len(part.literal):]
			continue
		}
		end := len(text)
		if i+1 < len(p.parts) {
			if end = index(text, p.parts[i+1].literal); end < 0 {
				return captures, false
			}
		}
		if end == 0 || index(text[:end], p.delimiter) >= 0 {
			return captures, false
		}
		captures = append(captures, capture{part, text[:end]})
		text = text[end:]
	}
	return captures, len(text) == 0
}

// index is strings.Index in bytes: without converting either.
func index(text []byte, sub string) int {
	for i := 0; i+len(sub) <= len(text); i++ {
		if string(text[i:i+len(sub)]) == sub {
			return i
		}
	}
	return -1
}
