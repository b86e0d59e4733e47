package report

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
)

// errEdits says that edits do not fit the text, or one another.
var errEdits = errors.New("edits overlap, or do not fit the text")

// Apply makes the edits, which are those of one file, in its text. Their offsets
// count; edits that overlap or lie outside are an error, and then nothing is
// made. Equal edits of several findings count once.
func Apply(text string, edits []finding.Edit) (string, error) {
	edits, err := ordered(text, edits)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.WriteString(text[at:e.Start.Offset])
		b.WriteString(e.New)
		at = e.End.Offset
	}
	b.WriteString(text[at:])
	return b.String(), nil
}

func ordered(text string, edits []finding.Edit) ([]finding.Edit, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b finding.Edit) int {
		if a.Start.Offset != b.Start.Offset {
			return a.Start.Offset - b.Start.Offset
		}
		return a.End.Offset - b.End.Offset
	})
	edits = slices.CompactFunc(edits, func(a, b finding.Edit) bool {
		return a.Start.Offset == b.Start.Offset && a.End.Offset == b.End.Offset && a.New == b.New
	})
	at := 0
	for i, e := range edits {
		if e.Start.Offset < at || e.End.Offset < e.Start.Offset || e.End.Offset > len(text) ||
			i > 0 && e.Start.Offset == edits[i-1].Start.Offset {
			return nil, errEdits
		}
		at = e.End.Offset
	}
	return edits, nil
}

const diffContext = 3 // lines, as patch expects

// Diff writes the edits of one file as a unified diff that `patch -p1` and `git
// apply` take. The text goes through as it is, control characters included: a
// patch must. The lines of hidden are no context: a hunk ends before them.
func Diff(w io.Writer, path, text string, edits []finding.Edit, hidden ...finding.Range) error {
	edits, err := ordered(text, edits)
	if err != nil || len(edits) == 0 {
		return err
	}
	lines := slices.Collect(strings.Lines(text))
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "--- %s\n+++ %s\n", diffName("a/"+path), diffName("b/"+path))
	shift := 0
	list := changes(text, lines, edits)
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].from-list[n-1].to <= 2*diffContext && contextAfter(list[n-1].to, list[n].from, hidden) == list[n].from {
			n++
		}
		from := contextBefore(list[0].from, max(list[0].from-diffContext, 0), hidden)
		to := contextAfter(list[n-1].to, min(list[n-1].to+diffContext, len(lines)), hidden)
		shift += hunk(b, lines, list[:n], from, to, shift)
		list = list[n:]
	}
	return b.Flush()
}

// change replaces the lines [from, to) of the old text.
type change struct {
	from, to int
	lines    []string
}

// changes turns edits into changes of whole lines.
func changes(text string, lines []string, edits []finding.Edit) []change {
	var out []change
	line, offset := 0, 0 // the line at hand and where it begins
	for i := 0; i < len(edits); {
		// A last line without an end still takes what is put after it.
		for line < len(lines) && offset+len(lines[line]) <= edits[i].Start.Offset && strings.HasSuffix(lines[line], "\n") {
			offset += len(lines[line])
			line++
		}
		c := change{from: line}
		var b strings.Builder
		at := offset
		// All edits that begin on the lines of this change belong to it.
		for first := true; i < len(edits) && (first || edits[i].Start.Offset < offset); first = false {
			e := edits[i]
			b.WriteString(text[at:e.Start.Offset])
			b.WriteString(e.New)
			at = e.End.Offset
			for line < len(lines) && offset <= at {
				offset += len(lines[line])
				line++
			}
			c.to = line
			i++
		}
		b.WriteString(text[at:offset])
		c.lines = slices.Collect(strings.Lines(b.String()))
		out = append(out, c.trim(lines))
	}
	return out
}

// trim leaves out the lines at both ends that stay as they are.
func (c change) trim(lines []string) change {
	for c.from < c.to && len(c.lines) > 0 && lines[c.from] == c.lines[0] {
		c.from++
		c.lines = c.lines[1:]
	}
	for c.from < c.to && len(c.lines) > 0 && lines[c.to-1] == c.lines[len(c.lines)-1] {
		c.to--
		c.lines = c.lines[:len(c.lines)-1]
	}
	return c
}

// contextBefore is where the lines [from, at) can begin, so that none is hidden.
func contextBefore(at, from int, hidden []finding.Range) int {
	for _, r := range hidden {
		if r.Start.Line <= at { // from 1: the line before at, or one before that
			from = max(from, min(r.End.Line, at))
		}
	}
	return from
}

// contextAfter is where the lines [at, to) must end, so that none is hidden.
func contextAfter(at, to int, hidden []finding.Range) int {
	for _, r := range hidden {
		if r.End.Line > at {
			to = min(to, max(r.Start.Line-1, at))
		}
	}
	return to
}

// diffName is a path in a diff's head, in quotes as git writes it where there is
// need for them.
func diffName(path string) string {
	if strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == 0x7f || r == '"' || r == '\\' }) {
		var b strings.Builder
		for i := range len(path) {
			switch c := path[i]; {
			case c == '"' || c == '\\':
				b.WriteString("\\" + string(c))
			case c < ' ' || c == 0x7f:
				fmt.Fprintf(&b, "\\%03o", c)
			default:
				b.WriteByte(c)
			}
		}
		return `"` + b.String() + `"`
	}
	if strings.Contains(path, " ") {
		return path + "\t" // where patch sees the name's end
	}
	return path
}

// hunk writes changes that stand close together, with the lines [from, to), and returns by how many lines
// the file grows.
func hunk(w *bufio.Writer, lines []string, list []change, from, to, shift int) int {
	growth := 0
	for _, c := range list {
		growth += len(c.lines) - (c.to - c.from)
	}
	fmt.Fprintf(w, "@@ -%s +%s @@\n", lineRange(from, to-from), lineRange(from+shift, to-from+growth))
	at := from
	for _, c := range list {
		diffLines(w, ' ', lines[at:c.from])
		diffLines(w, '-', lines[c.from:c.to])
		diffLines(w, '+', c.lines)
		at = c.to
	}
	diffLines(w, ' ', lines[at:to])
	return growth
}

// lineRange is a hunk's place; an empty one names the line before it.
func lineRange(from, count int) string {
	if count == 0 {
		return fmt.Sprintf("%d,0", from)
	}
	return fmt.Sprintf("%d,%d", from+1, count)
}

func diffLines(w *bufio.Writer, mark byte, lines []string) {
	for _, line := range lines {
		w.WriteByte(mark)
		w.WriteString(line)
		if !strings.HasSuffix(line, "\n") {
			w.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

// Preview shows the lines of one file that edits change, as a diff without its
// head and without the lines around.
func Preview(text string, edits []finding.Edit) (string, error) {
	edits, err := ordered(text, edits)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for len(edits) > 0 {
		from, to := wholeLines(text, edits[0])
		n := 1
		for n < len(edits) && edits[n].Start.Offset < to {
			_, end := wholeLines(text, edits[n])
			to = max(to, end)
			n++
		}
		part := text[from:to]
		moved := slices.Clone(edits[:n])
		for i := range moved {
			moved[i].Start.Offset -= from
			moved[i].End.Offset -= from
		}
		made, err := Apply(part, moved)
		if err != nil {
			return "", err
		}
		c := change{to: strings.Count(part, "\n") + 1, lines: slices.Collect(strings.Lines(made))}
		old := slices.Collect(strings.Lines(part))
		c.to = len(old)
		c = c.trim(old)
		for _, l := range old[c.from:c.to] {
			b.WriteString("-" + strings.TrimRight(l, "\r\n") + "\n")
		}
		for _, l := range c.lines {
			b.WriteString("+" + strings.TrimRight(l, "\r\n") + "\n")
		}
		edits = edits[n:]
	}
	return b.String(), nil
}

// wholeLines are the lines that an edit touches.
func wholeLines(text string, e finding.Edit) (from, to int) {
	from = strings.LastIndexByte(text[:e.Start.Offset], '\n') + 1
	to = len(text)
	if i := strings.IndexByte(text[e.End.Offset:], '\n'); i >= 0 {
		to = e.End.Offset + i + 1
	}
	return from, to
}
