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
