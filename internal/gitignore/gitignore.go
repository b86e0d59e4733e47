// Package gitignore says which paths .gitignore files leave out, as git does.
//
// It reads no file and knows nothing of what git tracks: it is given the files'
// text. Source: https://git-scm.com/docs/gitignore
package gitignore

import (
	"path"
	"strings"
)

// Patterns are those of one file, for the folder that it stands in and below.
type Patterns struct {
	Dir  string // the path of the folder, with slashes; "." for the top
	list []pattern
}

type pattern struct {
	segments []string // ** for any number of folders
	based    bool     // matched from the file's folder on, not by the last name
	folders  bool     // for folders alone
	negated  bool
}

// The bounds of what is taken in. What is longer is left out.
const (
	maxPattern  = 1024 // bytes
	maxPatterns = 10_000
)

// Parse reads the text of a file in a folder.
func Parse(dir, text string) Patterns {
	out := Patterns{Dir: dir}
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if strings.HasPrefix(line, "#") || len(line) > maxPattern || len(out.list) == maxPatterns {
			continue
		}
		if p, ok := parse(trimSpaces(line)); ok {
			out.list = append(out.list, p)
		}
	}
	return out
}

// Empty says whether there is no pattern.
func (p Patterns) Empty() bool { return len(p.list) == 0 }

// trimSpaces takes the spaces off the end that no backslash keeps.
func trimSpaces(line string) string {
	end := 0
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && i+1 < len(line):
			i++
			end = i + 1
		case line[i] != ' ':
			end = i + 1
		}
	}
	return line[:end]
}

func parse(line string) (p pattern, ok bool) {
	line, p.negated = strings.CutPrefix(line, "!")
	line, p.folders = strings.CutSuffix(line, "/")
	if line == "" {
		return p, false
	}
	p.based = strings.Contains(line, "/")
	if !p.based {
		p.segments = []string{line}
		return p, true
	}
	p.segments = split(strings.TrimPrefix(line, "/"))
	for i, s := range p.segments {
		if len(s) < 2 || strings.Trim(s, "*") != "" {
			continue
		}
		p.segments[i] = "**"
		if i == len(p.segments)-1 { // what is below, and not the folder itself
			p.segments = append(p.segments, "*")
		}
	}
	return p, true
}

// split cuts a pattern at its slashes, with a backslash before them or without,
// but for those in a set, which match nothing.
func split(line string) (segments []string) {
	from := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '/':
			segments = append(segments, line[from:i])
			from = i + 1
		case '\\':
			if i++; i < len(line) && line[i] == '/' {
				segments = append(segments, line[from:i-1])
				from = i + 1
			}
		case '[':
			if rest, _, closed := matchSet(line[i+1:], 0); closed {
				i = len(line) - len(rest) - 1
			}
		}
	}
	return append(segments, line[from:])
}

// Ignored says whether a path is left out by the last pattern that matches it,
// the files from the top down. That a folder above it is left out is for the
// caller to see: git enters none that is.
func Ignored(files []Patterns, name string, folder bool) bool {
	out := false
	base := path.Base(name)
	for _, f := range files {
		below := name
		if f.Dir != "." {
			var ok bool
			if below, ok = strings.CutPrefix(name, f.Dir+"/"); !ok {
				continue
			}
		}
		var names []string // of below, once a pattern asks for them
		for i := range f.list {
			p := &f.list[i]
			if p.negated != out || p.folders && !folder {
				continue
			}
			if p.based && names == nil {
				names = strings.Split(below, "/")
			}
			if p.based && matchPath(p.segments, names) || !p.based && matchName(p.segments[0], base) {
				out = !p.negated
			}
		}
	}
	return out
}

// matchPath matches segment by segment. Where it fails the last ** takes one
// more: an earlier one need never be tried again.
func matchPath(pattern, names []string) bool {
	var after, rest []string // behind the last **, and what it has not taken
	again := false
	for {
		switch {
		case len(pattern) > 0 && pattern[0] == "**":
			pattern = pattern[1:]
			after, rest, again = pattern, names, true
		case len(names) == 0:
			return len(pattern) == 0
		case len(pattern) > 0 && matchName(pattern[0], names[0]):
			pattern, names = pattern[1:], names[1:]
		case again && len(rest) > 0:
			rest = rest[1:]
			pattern, names = after, rest
		default:
			return false
		}
	}
}
