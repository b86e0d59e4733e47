package python

import (
	"bytes"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/finding"
)

const byteOrderMark = "\xef\xbb\xbf"

// decode makes the text of a file: UTF-8, of the same offsets where the file is
// UTF-8 too, with problems for what is not text.
// https://docs.python.org/3/reference/lexical_analysis.html#encoding-declarations
func (f *File) decode(src []byte) {
	f.Encoding = "utf-8"
	bom := bytes.HasPrefix(src, []byte(byteOrderMark))
	declared := declaredEncoding(src)
	switch {
	case bytes.HasPrefix(src, []byte("\xff\xfe")), bytes.HasPrefix(src, []byte("\xfe\xff")):
		f.problem(0, "the file is UTF-16, which Python does not read")
		return
	case bom || declared == "" || declared == "utf-8":
		f.Text = f.valid(src)
		if bom && declared != "" && declared != "utf-8" {
			f.problem(0, "the file begins with a UTF-8 mark but declares another encoding")
		}
	case declared == "latin-1":
		f.Encoding = "latin-1"
		f.Text = fromLatin1(src)
	default:
		// Most such encodings agree with ASCII on what is syntax.
		f.problem(0, "the file declares an encoding that is not known here; read as latin-1")
		f.Encoding = "latin-1"
		f.Text = fromLatin1(src)
	}
	if i := strings.IndexByte(f.Text, 0); i >= 0 {
		f.problem(i, "NUL byte in source")
	}
}

func (f *File) valid(src []byte) string {
	if utf8.Valid(src) {
		return string(src)
	}
	text := bytes.Clone(src)
	first := true
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			if first {
				f.problem(i, "invalid UTF-8")
				first = false
			}
			text[i] = '?'
		}
		i += size
	}
	return string(text)
}

func fromLatin1(src []byte) string {
	var b strings.Builder
	b.Grow(len(src) + len(src)/8)
	for _, c := range src {
		b.WriteRune(rune(c))
	}
	return b.String()
}

// declaredEncoding reads a `coding:` comment in the first two lines, and
// returns its name, folded to "utf-8" or "latin-1" where it means those.
func declaredEncoding(src []byte) string {
	for range 2 {
		line := src
		if i := bytes.IndexAny(src[:min(len(src), 4096)], "\r\n"); i >= 0 {
			line, src = src[:i], bytes.TrimPrefix(src[i:], []byte("\r"))
			src = bytes.TrimPrefix(src, []byte("\n"))
		} else {
			line, src = src[:min(len(src), 4096)], nil
		}
		text := strings.TrimLeft(strings.TrimPrefix(string(line), byteOrderMark), " \t\f")
		if text == "" {
			continue
		}
		if text[0] != '#' {
			return ""
		}
		if name := codingName(text); name != "" {
			return name
		}
	}
	return ""
}

func codingName(comment string) string {
	for {
		i := strings.Index(comment, "coding")
		if i < 0 {
			return ""
		}
		comment = comment[i+len("coding"):]
		if comment == "" || comment[0] != ':' && comment[0] != '=' {
			continue
		}
		name := strings.TrimLeft(comment[1:], " \t")
		n := 0
		for n < len(name) && (isNameByte(name[n]) || name[n] == '-' || name[n] == '.') {
			n++
		}
		if n == 0 {
			continue
		}
		name = strings.ReplaceAll(strings.ToLower(name[:n]), "_", "-")
		switch {
		case name == "utf-8", name == "utf8", strings.HasPrefix(name, "utf-8-"), name == "ascii", name == "us-ascii":
			return "utf-8"
		case name == "latin-1", name == "latin1", name == "l1", name == "iso-8859-1", name == "iso8859-1",
			strings.HasPrefix(name, "latin-1-"), strings.HasPrefix(name, "iso-8859-1-"):
			return "latin-1"
		}
		return name
	}
}

func (f *File) problem(offset int, message string) {
	if len(f.Problems) >= maxProblems {
		return
	}
	f.Problems = append(f.Problems, Problem{Span{int32(offset), int32(offset)}, message})
}

func (f *File) indexLines() {
	count := strings.Count(f.Text, "\n") + 1
	f.lines = append(make([]int32, 0, count), 0)
	if strings.IndexByte(f.Text, '\r') < 0 {
		for i := 0; ; {
			n := strings.IndexByte(f.Text[i:], '\n')
			if n < 0 {
				return
			}
			i += n + 1
			f.lines = append(f.lines, int32(i))
		}
	}
	for i := 0; i < len(f.Text); i++ {
		if f.Text[i] == '\n' || f.Text[i] == '\r' && (i+1 == len(f.Text) || f.Text[i+1] != '\n') {
			f.lines = append(f.lines, int32(i+1))
		}
	}
}

// Position turns a byte offset into a line and a column, both from 1; the
// column counts code points. An offset out of range is moved into it.
func (f *File) Position(offset int32) finding.Position {
	offset = max(0, min(offset, int32(len(f.Text))))
	line := sort.Search(len(f.lines), func(i int) bool { return f.lines[i] > offset })
	start := int32(0)
	if line > 0 {
		start = f.lines[line-1]
	}
	if start == 0 && strings.HasPrefix(f.Text, byteOrderMark) {
		start = min(offset, int32(len(byteOrderMark))) // editors do not count it
	}
	return finding.Position{
		Offset: int(offset),
		Line:   max(line, 1),
		Column: utf8.RuneCountInString(f.Text[start:offset]) + 1,
	}
}

// Range is a span in lines and columns.
func (f *File) Range(s Span) finding.Range {
	return finding.Range{Start: f.Position(s.Start), End: f.Position(s.End)}
}

// Line is the text of a line, from 1, without its end; "" where there is none.
func (f *File) Line(number int) string {
	if number < 1 || number > len(f.lines) {
		return ""
	}
	end := len(f.Text)
	if number < len(f.lines) {
		end = int(f.lines[number])
	}
	return strings.TrimRight(f.Text[f.lines[number-1]:end], "\r\n")
}

// Source is the text of a span.
func (f *File) Source(s Span) string {
	end := min(max(s.End, 0), int32(len(f.Text)))
	return f.Text[min(max(s.Start, 0), end):end]
}

// BeginsLine says whether nothing but white space stands before a span on its
// line: for a comment, that it has the line to itself.
func (f *File) BeginsLine(s Span) bool {
	before := f.Text[:min(max(s.Start, 0), int32(len(f.Text)))]
	line := before[strings.LastIndexAny(before, "\r\n")+1:]
	return strings.Trim(strings.TrimPrefix(line, byteOrderMark), " \t\f") == ""
}
