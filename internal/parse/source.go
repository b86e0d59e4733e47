package parse

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/contract"
)

// checkBytes refuses what no reader of YAML should be asked to read, and what
// shows a person another text than the one that is read (CVE-2021-42574).
func (r *reporter) checkBytes() bool {
	start := contract.Pos{Line: 1, Column: 1}
	switch {
	case len(r.source) > maxBytes:
		r.source = r.source[:bytes.IndexByte(append(r.source[:200:200], '\n'), '\n')]
		r.fail(start, "too_large", "split the contract by service", "the file is over %d bytes", maxBytes)
		return false
	case bytes.HasPrefix(r.source, []byte("\xef\xbb\xbf")):
		r.fail(start, "byte_order_mark", "save the file as UTF-8 without a byte order mark", "the file starts with a byte order mark")
		return false
	case bytes.HasPrefix(r.source, []byte("\xff\xfe")), bytes.HasPrefix(r.source, []byte("\xfe\xff")):
		r.fail(start, "encoding", "save the file as UTF-8", "the file is UTF-16")
		return false
	}
	before := len(r.found)
	line, column, indenting := 1, 1, true
	for rest := r.source; len(rest) > 0 && len(r.found)-before < 20; {
		c, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		at := contract.Pos{Line: line, Column: column}
		column++
		switch {
		case c == '\n':
			line, column, indenting = line+1, 1, true
			continue
		case c == utf8.RuneError && size == 1:
			r.fail(at, "encoding", "save the file as UTF-8", "a byte here is not UTF-8")
		case c == '\r' && (len(rest) == 0 || rest[0] != '\n'):
			r.fail(at, "control_character", "end lines with a line feed", "a carriage return stands alone")
		case c == '\t' && indenting:
			r.fail(at, "tab", "indent with spaces", "a tab indents this line")
		case c == '\t', c == '\r':
		case unicode.IsControl(c):
			r.fail(at, "control_character", "remove it", "an invisible control character (U+%04X)", c)
		case unicode.Is(unicode.Cf, c), c == '\u2028', c == '\u2029':
			r.fail(at, "hidden_character", "remove it, or write it as \"\\u%04x\" in a quoted text", "an invisible or direction-changing character (U+%04X)", c)
		}
		if c != ' ' && c != '\t' {
			indenting = false
		}
	}
	if len(r.found) == before {
		r.checkNesting()
	}
	return len(r.found) == before
}

// checkNesting bounds the reader's recursion before it starts, by what could
// nest at most: brackets, and deeper and deeper starts of entries.
func (r *reporter) checkNesting() {
	const limit = 2 * maxNesting
	open := 0
	var indents []level
	for number, text := range strings.Split(string(r.source), "\n") {
		indent := 0
		for indent < len(text) {
			entry := strings.HasPrefix(text[indent:], "- ") || strings.HasPrefix(text[indent:], "? ") || strings.HasPrefix(text[indent:], ": ")
			if text[indent] != ' ' && !entry {
				break
			}
			if entry {
				indents = push(indents, indent)
			}
			indent++
		}
		if strings.Trim(text, " \r") != "" && !strings.HasPrefix(text[indent:], "#") {
			indents = push(indents, indent)
		}
		if why := crowded(number, text, indents); why != "" {
			r.fail(contract.Pos{Line: number + 1, Column: 1}, "too_large", "split the contract by service", "%s", why)
			return
		}
		for i, c := range text {
			switch c {
			case '[', '{':
				open++
			case ']', '}':
				open = max(open-1, 0)
			}
			if open > limit || len(indents) > limit {
				r.tooDeep(contract.Pos{Line: number + 1, Column: utf8.RuneCountInString(text[:i]) + 1})
				return
			}
		}
	}
}

// level is an open level of indentation and how many entries it has so far.
type level struct{ indent, entries int }

// push closes the levels that an entry at this indentation ends, and opens or
// continues its own.
func push(levels []level, indent int) []level {
	for len(levels) > 0 && levels[len(levels)-1].indent > indent {
		levels = levels[:len(levels)-1]
	}
	if len(levels) > 0 && levels[len(levels)-1].indent == indent {
		levels[len(levels)-1].entries++
		return levels
	}
	return append(levels, level{indent, 1})
}

// The reader's time grows with the square of what stands side by side, so these
// keep the worst file at about a second.
const (
	maxLines   = 20000
	maxLine    = 10000
	maxEntries = 1000
)

// crowded says by which limit a file is too large at this line, or "".
func crowded(number int, text string, levels []level) string {
	switch {
	case number >= maxLines:
		return fmt.Sprintf("the file has over %d lines", maxLines)
	case len(text) > maxLine:
		return fmt.Sprintf("the line has over %d bytes", maxLine)
	case len(levels) > 0 && levels[len(levels)-1].entries > maxEntries:
		return fmt.Sprintf("over %d lines stand side by side", maxEntries)
	}
	return ""
}

// suspicious says what a name has that lets it look like another one, or "".
func suspicious(name string) string {
	script, last := "", rune(0)
	for _, c := range name {
		switch {
		case c == '\n' || unicode.IsControl(c):
			return "holds a control character"
		case unicode.In(c, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp), !unicode.IsGraphic(c):
			return "holds an invisible character"
		case unicode.Is(unicode.Zs, c) && c != ' ':
			return "holds a space that is not the plain one"
		case c >= 0xFF01 && c <= 0xFF5E, c >= 0x1D400 && c <= 0x1D7FF:
			return "holds a letter that looks like a plain one"
		case unicode.Is(unicode.Mn, c) && unicode.In(last, unicode.Latin, unicode.Cyrillic, unicode.Greek):
			return "holds a letter with a separate accent: write it as one character"
		}
		for _, s := range []struct {
			name  string
			table *unicode.RangeTable
		}{{"Latin", unicode.Latin}, {"Cyrillic", unicode.Cyrillic}, {"Greek", unicode.Greek}, {"Armenian", unicode.Armenian}, {"Cherokee", unicode.Cherokee}} {
			if !unicode.Is(s.table, c) {
				continue
			}
			if script != "" && script != s.name {
				return "mixes " + script + " and " + s.name + " letters"
			}
			script = s.name
		}
		last = c
	}
	return ""
}

// skeleton folds the letters of other scripts that are drawn like Latin ones.
func skeleton(name string) string {
	return lookalike.Replace(name)
}

var lookalike = strings.NewReplacer(
	"а", "a", "с", "c", "е", "e", "о", "o", "р", "p", "х", "x", "у", "y", "і", "i", "ј", "j", "ѕ", "s", "ԁ", "d", "һ", "h", "ӏ", "l", "ԛ", "q", "ԝ", "w",
	"А", "A", "В", "B", "С", "C", "Е", "E", "Н", "H", "І", "I", "Ј", "J", "К", "K", "М", "M", "О", "O", "Р", "P", "Ѕ", "S", "Т", "T", "Х", "X", "У", "Y",
	"ο", "o", "ν", "v", "ι", "i", "κ", "k", "ρ", "p", "α", "a", "τ", "t", "υ", "u",
	"Α", "A", "Β", "B", "Ε", "E", "Ζ", "Z", "Η", "H", "Ι", "I", "Κ", "K", "Μ", "M", "Ν", "N", "Ο", "O", "Ρ", "P", "Τ", "T", "Υ", "Y", "Χ", "X",
)
