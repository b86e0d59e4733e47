package view

import (
	"bytes"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/item"
)

// hidden stands for what a mask hides. It has one length, whatever it hides.
const hidden = "***"

// The longest parts of an address: RFC 5321, section 4.5.3.1.
const (
	longestLocal  = 64
	longestDomain = 253
	longestKept   = longestDomain + 1
)

// mask is what is written of a shown path instead of its value.
type mask struct {
	kind   contract.Mask
	path   string
	across bool // the same hash for every principal
}

// append writes the masked value as JSON. What does not have the form that its
// mask expects is hidden wholly (leak ledger, row 32).
func (m mask) append(dst []byte, l *Lens, principal string, r item.Raw) []byte {
	kept := []byte(nil)
	switch r.Kind {
	case item.KindS, item.KindN, item.KindB:
		var scratch []byte
		text := r.Text(&scratch)
		switch m.kind {
		case contract.MaskEmail:
			kept = maskEmail(text)
		case contract.MaskLast4:
			kept = maskLast4(text)
		case contract.MaskHash:
			if l.hash == nil {
				break
			}
			if m.across {
				principal = ""
			}
			return item.AppendString(dst, l.hash(principal, l.view.Name, m.path, text))
		}
	}
	var masked [longestKept + len(hidden)]byte
	return item.AppendText(dst, append(append(masked[:0], hidden...), kept...))
}

// maskEmail is the at-sign and the domain of an e-mail address, or nothing. The
// domain is held to letters, digits, dots and hyphens: text with an at-sign in
// it is no address, and what follows the sign no domain.
func maskEmail(text []byte) []byte {
	local, domain, ok := bytes.Cut(text, []byte{'@'})
	if !ok || len(local) == 0 || len(local) > longestLocal || len(domain) > longestDomain {
		return nil
	}
	if bytes.ContainsFunc(local, func(c rune) bool { return c <= ' ' || c == 0x7f }) {
		return nil
	}
	labels := 0
	for label := range bytes.SplitSeq(domain, []byte{'.'}) {
		if !isHostLabel(label) {
			return nil
		}
		labels++
	}
	if labels < 2 {
		return nil
	}
	return text[len(local):]
}

func isHostLabel(label []byte) bool {
	for _, c := range label {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-':
		default:
			return false
		}
	}
	return len(label) > 0
}

// maskLast4 is the last four characters of eight or more, or nothing.
func maskLast4(text []byte) []byte {
	const least, shown = 8, 4
	if utf8.RuneCount(text) < least {
		return nil
	}
	start := len(text)
	for range shown {
		_, n := utf8.DecodeLastRune(text[:start])
		start -= n
	}
	return text[start:]
}
