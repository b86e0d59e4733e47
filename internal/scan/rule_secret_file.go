package scan

import (
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
)

// A Fernet key is 32 bytes in URL-safe base64.
// https://github.com/fernet/spec/blob/master/Spec.md
var fernetKey = regexp.MustCompile(`^[A-Za-z0-9_-]{43}=$`)

// wholeSecret finds a file that is a key and nothing else.
func wholeSecret(name, text string) []*finding.Finding {
	key := strings.TrimSpace(text)
	if !fernetKey.MatchString(key) {
		return nil
	}
	f := heldSecret(name, "a Fernet key", key)
	f.Start, f.End = textFile{name, text}.line(1 + strings.Count(text[:strings.Index(text, key)], "\n"))
	return []*finding.Finding{f}
}
