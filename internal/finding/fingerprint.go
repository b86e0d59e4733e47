package finding

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
)

// Identify sorts findings and sets their fingerprints. A fingerprint is made of
// the rule, the path, the context and the anchor, and of no line number, so that
// it survives lines that move. Findings that agree in all four are numbered in
// the order of the source.
func Identify(findings []Finding) {
	Sort(findings)
	seen := make(map[string]int, len(findings))
	for i := range findings {
		f := &findings[i]
		key := strings.Join([]string{f.Rule, f.Path, f.Context, f.Anchor}, "\x00")
		n := seen[key]
		seen[key] = n + 1
		h := sha256.New()
		for _, part := range []string{"discreet/1", f.Rule, f.Path, f.Context, f.Anchor, strconv.Itoa(n)} {
			// The length keeps neighbours apart.
			io.WriteString(h, strconv.Itoa(len(part))+":"+part)
		}
		f.Fingerprint = hex.EncodeToString(h.Sum(nil)[:16])
	}
}

// Shape is a line of source made fit for an Anchor: white space folded, a
// comment at its end dropped, and whatever may be a secret's value blanked: the
// inside of every quoted string, and every long word with a digit in it.
func Shape(line string) string {
	var b strings.Builder
	space := false
	for i := 0; i < len(line); {
		c := line[i]
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			space = b.Len() > 0
			i++
			continue
		case c == '#':
			return b.String()
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		switch {
		case c == '"' || c == '\'' || c == '`':
			i = quotedEnd(line, i)
			b.WriteByte(c)
			b.WriteByte(c)
		case isWord(c):
			end := i
			digit := false
			for end < len(line) && isWord(line[end]) {
				digit = digit || line[end] >= '0' && line[end] <= '9'
				end++
			}
			if digit && end-i >= 8 {
				b.WriteByte('*')
			} else {
				b.WriteString(line[i:end])
			}
			i = end
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
}

// quotedEnd is the index after the string that begins at i, or the line's end.
func quotedEnd(line string, i int) int {
	quote := line[i]
	for i++; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return len(line)
}

func isWord(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c >= 0x80 || strings.IndexByte("_-+/=", c) >= 0
}
