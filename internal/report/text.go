package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/finding"
)

// TextOptions says how text looks.
type TextOptions struct {
	Color bool
	Width int // of a line of prose, in characters; 0 means 88
	// All writes suppressed and known findings too.
	All bool
}

// Text writes the report for a reader: findings under what they belong to, those
// that are a matter of policy last, then notices, then one line that sums up.
func Text(w io.Writer, r *Report, o TextOptions) error {
	if o.Width <= 0 {
		o.Width = 88
	}
	t := textWriter{Writer: bufio.NewWriter(w), o: o, r: r, contracts: map[string]string{}}
	findings, notices := r.sorted()
	var order, policy []*finding.Finding
	for i := range findings {
		switch f := &findings[i]; {
		case !f.InForce() && !o.All:
		case f.Confidence == finding.Tentative:
			policy = append(policy, f)
		default:
			order = append(order, f)
		}
	}
	t.groups(order)
	if len(policy) > 0 {
		t.heading("A matter of policy: the code alone does not say whether these are meant")
		t.groups(policy)
	}
	if len(notices) > 0 {
		t.heading("Not read, or not decided")
		for _, n := range notices {
			t.wrapped("  ", place(n.Location)+": "+n.Text)
		}
		fmt.Fprintln(t)
	}
	t.summary(r.Count())
	return t.Flush()
}

type textWriter struct {
	*bufio.Writer
	o TextOptions
	r *Report
	// contracts are those written so far, with the place of the first finding of
	// each: findings of one route often have the same.
	contracts map[string]string
}

// groups writes findings by group, groups in the order of their first finding;
// those without one go by file.
func (t *textWriter) groups(list []*finding.Finding) {
	var names []string
	members := make(map[string][]*finding.Finding)
	for _, f := range list {
		name := f.Group
		if name == "" {
			name = f.Path
		}
		if members[name] == nil {
			names = append(names, name)
		}
		members[name] = append(members[name], f)
	}
	for _, name := range names {
		t.heading(name)
		for _, f := range members[name] {
			t.finding(f)
		}
	}
}

func (t *textWriter) heading(s string) {
	fmt.Fprintln(t, t.paint("1", clean(s)))
	fmt.Fprintln(t)
}

func (t *textWriter) finding(f *finding.Finding) {
	severity := t.paint(severityColor(f.Severity), strings.ToUpper(f.Severity.String()))
	fmt.Fprintf(t, "  %s  %s%s\n", severity, t.paint("1", clean(f.Title)), state(f))
	var cwes []string
	for _, c := range t.r.weaknesses(f) {
		cwes = append(cwes, c.String())
	}
	line := place(f.Location) + "  " + f.Rule
	if len(cwes) > 0 {
		line += "  " + strings.Join(cwes, ", ")
	}
	if f.Confidence == finding.Likely {
		line += "  likely"
	}
	fmt.Fprintln(t, "    "+clean(line))
	if f.Message != "" {
		t.wrapped("    ", f.Message)
	}
	for i, s := range f.Flow {
		t.wrapped(fmt.Sprintf("    %3d. ", i+1), place(s.Location)+": "+s.Text)
	}
	for _, s := range f.Related {
		t.wrapped("    see  ", place(s.Location)+": "+s.Text)
	}
	if f.Mend.Text != "" {
		t.wrapped("    mend: ", f.Mend.Text)
	}
	t.preview(f)
	if first, shown := t.contracts[f.Mend.Contract]; shown {
		t.wrapped("    contract: ", "as for "+first)
	} else if f.Mend.Contract != "" {
		t.contracts[f.Mend.Contract] = place(f.Location)
		fmt.Fprintln(t, "    contract:")
		for line := range strings.Lines(f.Mend.Contract) {
			fmt.Fprintln(t, "      "+clean(strings.TrimRight(line, "\n")))
		}
	}
	if f.Suppressed != "" {
		t.wrapped("    suppressed: ", f.Suppressed)
	}
	fmt.Fprintln(t)
}

// preview writes the lines that a mend changes, without the indent that all of
// them have, and says where they stand if that is another file.
func (t *textWriter) preview(f *finding.Finding) {
	var lines []string
	indent := "\x00"
	for line := range strings.Lines(f.Mend.Preview) {
		line = strings.TrimRight(line, "\r\n")
		lines = append(lines, line)
		own := line[1 : len(line)-len(strings.TrimLeft(line[1:], " \t"))]
		if indent == "\x00" {
			indent = own
		}
		for !strings.HasPrefix(own, indent) {
			indent = indent[:len(indent)-1]
		}
	}
	for i, e := range f.Mend.Edits {
		if i == 0 && len(lines) > 0 && e.Path != f.Path {
			fmt.Fprintln(t, "      in "+clean(e.Path)+":")
		}
	}
	for _, line := range lines {
		color := "32"
		if line[0] == '-' {
			color = "31"
		}
		fmt.Fprintln(t, "      "+t.paint(color, line[:1]+" "+clean(line[1+len(indent):])))
	}
}

func state(f *finding.Finding) string {
	switch {
	case f.Suppressed != "":
		return "  (suppressed)"
	case f.Known:
		return "  (in the baseline)"
	}
	return ""
}

func (t *textWriter) summary(c Counts) {
	var parts []string
	parts = append(parts, count(c.InForce, "finding", "findings"))
	if c.Policy > 0 {
		parts = append(parts, fmt.Sprintf("%d of them a matter of policy", c.Policy))
	}
	if c.Known > 0 {
		parts = append(parts, fmt.Sprintf("%d in the baseline", c.Known))
	}
	if c.Suppressed > 0 {
		parts = append(parts, fmt.Sprintf("%d suppressed", c.Suppressed))
	}
	if c.Notices > 0 {
		parts = append(parts, count(c.Notices, "notice", "notices"))
	}
	parts = append(parts, count(c.Files, "file", "files")+" read")
	fmt.Fprintln(t, strings.Join(parts, ", ")+".")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// place is path:line:column, which editors and terminals make a link of.
func place(l finding.Location) string {
	if l.Start.Line == 0 {
		return l.Path
	}
	return fmt.Sprintf("%s:%d:%d", l.Path, l.Start.Line, l.Start.Column)
}

func severityColor(s finding.Severity) string {
	switch s {
	case finding.Critical, finding.High:
		return "1;31"
	case finding.Medium:
		return "33"
	}
	return "36"
}

func (t *textWriter) paint(code, s string) string {
	if !t.o.Color {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// wrapped writes prose after a prefix, broken between words, the following
// lines under the first.
func (t *textWriter) wrapped(prefix, s string) {
	indent := strings.Repeat(" ", len(prefix))
	column := len(prefix)
	t.WriteString(prefix)
	for i, word := range strings.Fields(clean(s)) {
		n := utf8.RuneCountInString(word)
		if i > 0 {
			if column+1+n > t.o.Width {
				t.WriteString("\n" + indent)
				column = len(indent)
			} else {
				t.WriteByte(' ')
				column++
			}
		}
		t.WriteString(word)
		column += n
	}
	t.WriteByte('\n')
}

// clean makes text from the scanned tree safe for a terminal: control and
// format characters (escape sequences, bidirectional overrides) are spelled out.
func clean(s string) string {
	if strings.IndexFunc(s, unprintable) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
			b.WriteByte(' ')
		case unprintable(r) && r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		case unprintable(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unprintable(r rune) bool {
	if r < 0x7f { // nearly every character
		return r < ' '
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
