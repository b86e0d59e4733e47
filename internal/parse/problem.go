package parse

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"unicode"

	"github.com/discreet-dev/discreet/internal/contract"
)

// Severity says whether a problem stops the contract from being used.
type Severity string

// An Error means that there is no contract; a Warning is legal but unwise.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// A Problem is one thing that is wrong with a contract, and how to mend it.
type Problem struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`   // from 1
	Column   int      `json:"column"` // from 1, in characters
	Severity Severity `json:"severity"`
	Code     string   `json:"code"` // stable: for tools, and for tests
	Message  string   `json:"message"`
	Mend     string   `json:"mend"`
	// Excerpt is the line of the file, made printable, and cut where it is long.
	Excerpt string `json:"excerpt"`
	// caret is where in Excerpt the column stands, in characters from 0.
	caret int
}

// Problems are all problems of one file, in the order of the file.
type Problems []Problem

// HasErrors reports whether any of them is an error.
func (ps Problems) HasErrors() bool {
	for _, p := range ps {
		if p.Severity == Error {
			return true
		}
	}
	return false
}

// Text writes the problems for people: each with its line of the file, a caret
// and the mend.
func (ps Problems) Text() string {
	var b strings.Builder
	for i, p := range ps {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s:%d:%d: %s: %s [%s]\n", p.File, p.Line, p.Column, p.Severity, p.Message, p.Code)
		if p.Excerpt != "" {
			number := fmt.Sprintf("%5d", p.Line)
			fmt.Fprintf(&b, "%s | %s\n%s | %s^\n", number, p.Excerpt, strings.Repeat(" ", len(number)), strings.Repeat(" ", p.caret))
		}
		if p.Mend != "" {
			fmt.Fprintf(&b, "      = %s\n", p.Mend)
		}
	}
	return b.String()
}

// JSON writes the problems as one JSON array, `[]` when there are none.
func (ps Problems) JSON() []byte {
	if ps == nil {
		ps = Problems{}
	}
	out, err := json.MarshalIndent(ps, "", "  ")
	if err != nil {
		panic(err) // strings and integers alone: it cannot fail
	}
	return append(out, '\n')
}

// maxProblems bounds what a hostile file can make of itself.
const maxProblems = 200

// reporter collects the problems of one file.
type reporter struct {
	file   string
	lines  []string // filled when the first problem needs an excerpt
	source []byte
	found  Problems
	seen   map[string]bool
}

func (r *reporter) fail(at contract.Pos, code, mend, format string, args ...any) {
	r.add(Error, at, code, mend, fmt.Sprintf(format, args...))
}

func (r *reporter) warn(at contract.Pos, code, mend, format string, args ...any) {
	r.add(Warning, at, code, mend, fmt.Sprintf(format, args...))
}

func (r *reporter) add(severity Severity, at contract.Pos, code, mend, message string) {
	if len(r.found) >= 5*maxProblems {
		return
	}
	p := Problem{File: r.file, Severity: severity, Code: code, Message: printable(message), Mend: printable(mend)}
	p.Line, p.Column, p.Excerpt, p.caret = r.locate(at)
	id := fmt.Sprint(p.Line, p.Column, p.Code, p.Message)
	if r.seen == nil {
		r.seen = map[string]bool{}
	}
	if r.seen[id] {
		return
	}
	r.seen[id] = true
	r.found = append(r.found, p)
}

// locate brings a position into the file, and cuts its line to what a terminal
// shows.
func (r *reporter) locate(at contract.Pos) (line, column int, excerpt string, caret int) {
	line, text := r.line(at)
	column = min(max(at.Column, 1), len(text)+1)
	const width = 120
	start := 0
	if column > width-20 {
		start = column - width/2
	}
	end := min(len(text), start+width)
	return line, column, printable(string(text[start:end])), column - 1 - start
}

// line is the line of the file that a position is in, and its characters.
func (r *reporter) line(at contract.Pos) (int, []rune) {
	if r.lines == nil {
		r.lines = strings.Split(string(r.source), "\n")
	}
	number := min(max(at.Line, 1), len(r.lines))
	return number, []rune(strings.TrimSuffix(r.lines[number-1], "\r"))
}

// sorted gives the problems in the order of the file, at most maxProblems.
func (r *reporter) sorted() Problems {
	ps := r.found
	sort.SliceStable(ps, func(i, j int) bool {
		a, b := ps[i], ps[j]
		switch {
		case a.Line != b.Line:
			return a.Line < b.Line
		case a.Column != b.Column:
			return a.Column < b.Column
		case a.Severity != b.Severity:
			return a.Severity == Error
		case a.Code != b.Code:
			return a.Code < b.Code
		}
		return a.Message < b.Message
	})
	if len(ps) > maxProblems {
		errors := Problems{}
		for _, p := range ps {
			if p.Severity == Error {
				errors = append(errors, p)
			}
		}
		if len(errors) > 0 {
			ps = errors
		}
		ps = ps[:min(len(ps), maxProblems)]
	}
	return ps
}

// printable keeps a file's text from acting on a terminal, or reading as
// something else in it.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\t':
			return ' '
		case !unicode.IsPrint(c):
			return unicode.ReplacementChar
		}
		return c
	}, s)
}
