package template

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/finding"
)

// source is a text with its lines, to turn offsets into positions.
type source struct {
	path  string
	text  string
	lines []int // the offset of every line but the first
	// The last position asked for: most are asked for in order, and a file may
	// be a single line of megabytes.
	lastOffset, lastStart, lastColumn int
	// The same for what offset was asked last.
	askedLine, askedColumn, asked int
}

func newSource(path, text string) *source {
	s := &source{path: path, text: text}
	for i := 0; i < len(text); i++ {
		if text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

func (s *source) position(offset int) finding.Position {
	offset = max(0, min(offset, len(s.text)))
	line := sort.SearchInts(s.lines, offset+1)
	start := 0
	if line > 0 {
		start = s.lines[line-1]
	}
	from, column := start, 1
	if start == s.lastStart && offset >= s.lastOffset && s.lastColumn > 0 {
		from, column = s.lastOffset, s.lastColumn
	}
	column += utf8.RuneCountInString(s.text[from:offset])
	s.lastOffset, s.lastStart, s.lastColumn = offset, start, column
	return finding.Position{Line: line + 1, Column: column, Offset: offset}
}

func (s *source) location(start, end int) finding.Location {
	return finding.Location{Path: s.path, Range: finding.Range{Start: s.position(start), End: s.position(end)}}
}

// offset is where a line and a column, both from 1, are.
func (s *source) offset(line, column int) int {
	if line < 1 || line > len(s.lines)+1 {
		return len(s.text)
	}
	at, from := 0, 1
	if line > 1 {
		at = s.lines[line-2]
	}
	if line == s.askedLine && column >= s.askedColumn {
		at, from = s.asked, s.askedColumn
	}
	defer func(column int) { s.askedLine, s.askedColumn, s.asked = line, column, at }(column)
	for column -= from - 1; column > 1 && at < len(s.text) && s.text[at] != '\n'; column-- {
		_, size := utf8.DecodeRuneInString(s.text[at:])
		at += size
	}
	return at
}

// pieces are a text that was put together, with where each piece came from, so
// that what is parsed out of the text can be placed in the file.
type pieces struct {
	text strings.Builder
	from []piece
}

type piece struct {
	start int // in the text
	at    finding.Location
	// exact says that the piece stands in the file byte for byte, from at.Start
	// on.
	exact bool
}

func (p *pieces) add(text string, at finding.Location, exact bool) {
	p.from = append(p.from, piece{p.text.Len(), at, exact})
	p.text.WriteString(text)
}

// place is where a range of the text is in the file.
func (p *pieces) place(start, end int) finding.Location {
	first, a := p.find(start)
	last, b := p.find(max(start, end-1))
	if first == nil || last == nil {
		return finding.Location{}
	}
	out := first.at
	if first.exact {
		out.Start = advance(first.at.Start, p.text.String()[first.start:first.start+a])
	}
	out.End = last.at.End
	if last.exact {
		out.End = advance(last.at.Start, p.text.String()[last.start:min(last.start+b+max(0, min(1, end-start)), p.text.Len())])
	}
	return out
}

func (p *pieces) find(offset int) (*piece, int) {
	i := sort.Search(len(p.from), func(i int) bool { return p.from[i].start > offset }) - 1
	if i < 0 {
		return nil, 0
	}
	return &p.from[i], offset - p.from[i].start
}

// advance is the position behind a text that begins at from.
func advance(from finding.Position, text string) finding.Position {
	from.Offset += len(text)
	if i := strings.LastIndexByte(text, '\n'); i >= 0 {
		from.Line += strings.Count(text, "\n")
		from.Column, text = 1, text[i+1:]
	}
	from.Column += utf8.RuneCountInString(text)
	return from
}
