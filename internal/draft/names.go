package draft

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/finding"
)

var (
	plainText = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_./-]*$`)
	variable  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)
	lastWord  = regexp.MustCompile(`([A-Za-z][A-Za-z0-9]*)[^A-Za-z0-9]*$`)
	joint     = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	notWord   = regexp.MustCompile(`[^A-Za-z0-9]+`)
)

// yamlWords are texts that some reader of YAML takes for another thing.
// https://yaml.org/type/bool.html, https://yaml.org/type/null.html
var yamlWords = map[string]bool{
	"y": true, "n": true, "yes": true, "no": true, "on": true, "off": true, "true": true, "false": true, "null": true,
}

// quote writes a text as a scalar of YAML.
func quote(s string) string {
	if plainText.MatchString(s) && !yamlWords[strings.ToLower(s)] {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case hidden(c) && c > 0xFFFF:
			fmt.Fprintf(&b, `\U%08X`, c)
		case hidden(c):
			fmt.Fprintf(&b, `\u%04X`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// hidden says that a character is not to stand in a file as it is.
func hidden(c rune) bool {
	return !unicode.IsPrint(c) || unicode.In(c, unicode.Cf, unicode.Zl, unicode.Zp)
}

// attributeKey writes an attribute's name as the contract does.
func attributeKey(name string) string {
	return quote(contract.Path{{Name: name}}.String())
}

// attributePath writes a dotted path.
func attributePath(dotted string) string {
	var p contract.Path
	for _, name := range strings.Split(dotted, ".") {
		p = append(p, contract.Step{Name: name})
	}
	return quote(p.String())
}

// maxName is the longest name that is taken over, in bytes.
const maxName = 128

// writable says whether a name of the code can stand in the file at all.
func writable(name string) bool {
	return name != "" && len(name) <= maxName && utf8.ValidString(name) && !strings.ContainsFunc(name, hidden) && !strings.ContainsAny(name, "{}[]")
}

// remark makes a text safe to stand behind a #: one line, nothing invisible, no
// bracket alone, and not too long.
func remark(text string) string {
	text = strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\t':
			return ' '
		case c == utf8.RuneError || hidden(c):
			return '?'
		}
		return c
	}, strings.ToValidUTF8(text, "?"))
	if r := []rune(text); len(r) > maxRemark {
		text = string(r[:maxRemark]) + "..."
	}
	if !balanced(text) {
		text = strings.NewReplacer("{", "(", "}", ")", "[", "(", "]", ")").Replace(text)
	}
	return strings.TrimSpace(text)
}

const maxRemark = 400

func balanced(s string) bool {
	open := 0
	for _, c := range s {
		switch c {
		case '{', '[':
			open++
		case '}', ']':
			if open--; open < 0 {
				return false
			}
		}
	}
	return open == 0
}

// wrap breaks a text into lines that are comfortable to read.
func wrap(text string) []string {
	const width = 96
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+utf8.RuneCountInString(word) >= width {
			out = append(out, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(out, line)
}

// snake makes a name of a contract's own out of any text: lower case, words
// joined by _. It may be "".
func snake(s string) string {
	s = strings.Trim(notWord.ReplaceAllString(joint.ReplaceAllString(s, "${1}_$2"), "_"), "_")
	s = strings.ToLower(s[:min(len(s), 60)])
	if s != "" && s[0] >= '0' && s[0] <= '9' {
		s = "n" + s
	}
	return s
}

// pascal is snake with capitals, for an item type.
func pascal(s string) string {
	out := ""
	for _, w := range strings.Split(snake(s), "_") {
		if w != "" {
			out += strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return out
}

// unique gives a name that is not taken, and takes it.
func unique(taken map[string]bool, name, otherwise string) string {
	if name == "" {
		name = otherwise
	}
	out := name
	for i := 2; taken[strings.ToLower(out)]; i++ {
		out = fmt.Sprintf("%s_%d", name, i)
	}
	taken[strings.ToLower(out)] = true
	return out
}

// place is a location for a comment: "app.py:31"; "" where there is none.
func place(l finding.Location) string {
	if l.Path == "" {
		return ""
	}
	if l.Start.Line == 0 {
		return path.Clean(l.Path)
	}
	return fmt.Sprintf("%s:%d", path.Clean(l.Path), l.Start.Line)
}

// located is a text with the place behind it.
func located(text string, l finding.Location) string {
	if p := place(l); p != "" {
		return text + " (" + p + ")"
	}
	return text
}
