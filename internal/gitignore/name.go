package gitignore

import "strings"

// matchName matches one name without slashes, byte by byte as git does. The last
// * takes more where it fails, as in matchPath.
func matchName(pattern, name string) bool {
	var after, rest string
	again := false
	for {
		if p, ok := strings.CutPrefix(pattern, "*"); ok {
			pattern = p
			after, rest, again = pattern, name, true
			continue
		}
		if name == "" {
			return pattern == ""
		}
		if p, ok := matchByte(pattern, name[0]); ok {
			pattern, name = p, name[1:]
			continue
		}
		if !again || rest == "" {
			return false
		}
		rest = rest[1:]
		pattern, name = after, rest
	}
}

// matchByte matches a byte by the front of a pattern, and returns what is behind
// that.
func matchByte(pattern string, c byte) (rest string, ok bool) {
	switch {
	case pattern == "":
		return "", false
	case pattern[0] == '?':
		return pattern[1:], true
	case pattern[0] == '[':
		rest, in, closed := matchSet(pattern[1:], c)
		return rest, in && closed
	case pattern[0] == '\\':
		pattern = pattern[1:]
	}
	return pattern[min(1, len(pattern)):], pattern != "" && pattern[0] == c
}

// matchSet says whether a byte is in a set, from behind its [, and whether it is
// one at all: what is not closed, or names a class that there is not, is none.
func matchSet(set string, c byte) (rest string, in, closed bool) {
	negated := strings.HasPrefix(set, "!") || strings.HasPrefix(set, "^")
	if negated {
		set = set[1:]
	}
	var from byte // what a range may begin with; 0 for nothing
	for first := true; set != ""; first = false {
		switch {
		case set[0] == ']' && !first:
			return set[1:], in != negated, true
		case set[0] == '-' && from != 0 && len(set) > 1 && set[1] != ']':
			set = strings.TrimPrefix(set[1:], `\`)
			if set == "" {
				return "", false, false
			}
			in = in || from <= c && c <= set[0]
			from = 0
			set = set[1:]
			continue
		case strings.HasPrefix(set, "[:"):
			if class, after, closed := strings.Cut(set[2:], "]"); closed && strings.HasSuffix(class, ":") {
				is, known := classes[strings.TrimSuffix(class, ":")]
				if !known {
					return "", false, false
				}
				in = in || is(c)
				from = 0
				set = after
				continue
			}
		case set[0] == '\\':
			if set = set[1:]; set == "" {
				return "", false, false
			}
		}
		in = in || set[0] == c
		from = set[0]
		set = set[1:]
	}
	return "", false, false
}

// classes are POSIX's, in ASCII.
var classes = map[string]func(c byte) bool{
	"alnum":  func(c byte) bool { return isAlpha(c) || isDigit(c) },
	"alpha":  isAlpha,
	"blank":  func(c byte) bool { return c == ' ' || c == '\t' },
	"cntrl":  func(c byte) bool { return c < ' ' || c == 0x7f },
	"digit":  isDigit,
	"graph":  func(c byte) bool { return c > ' ' && c < 0x7f },
	"lower":  func(c byte) bool { return c >= 'a' && c <= 'z' },
	"print":  func(c byte) bool { return c >= ' ' && c < 0x7f },
	"punct":  func(c byte) bool { return c > ' ' && c < 0x7f && !isAlpha(c) && !isDigit(c) },
	"space":  func(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' },
	"upper":  func(c byte) bool { return c >= 'A' && c <= 'Z' },
	"xdigit": func(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' },
}

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
