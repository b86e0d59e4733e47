package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/finding"
)

// The JSON form. Members are only ever added within a version.
const jsonVersion = 1

type jsonReport struct {
	Version  int           `json:"version"`
	Tool     jsonTool      `json:"tool"`
	Summary  Counts        `json:"summary"`
	Findings []jsonFinding `json:"findings"`
	Notices  []jsonStep    `json:"notices"`
	Surface  *jsonSurface  `json:"surface,omitempty"` // of a scan
}

type jsonTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type jsonFinding struct {
	Rule        string             `json:"rule"`
	CWEs        []finding.CWE      `json:"cwes"`
	Severity    finding.Severity   `json:"severity"`
	Confidence  finding.Confidence `json:"confidence"`
	Location    jsonLocation       `json:"location"`
	Title       string             `json:"title"`
	Message     string             `json:"message"`
	Group       string             `json:"group,omitempty"`
	Context     string             `json:"context,omitempty"`
	Flow        []jsonStep         `json:"flow,omitempty"`
	Related     []jsonStep         `json:"related,omitempty"`
	Mend        *jsonMend          `json:"mend,omitempty"`
	Fingerprint string             `json:"fingerprint"`
	Suppressed  string             `json:"suppressed,omitempty"`
	Known       bool               `json:"known,omitempty"`
}

type jsonLocation struct {
	Path  string    `json:"path"`
	Start jsonPlace `json:"start"`
	End   jsonPlace `json:"end"`
}

type jsonPlace struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Offset int `json:"offset"`
}

type jsonStep struct {
	Location jsonLocation `json:"location"`
	Text     string       `json:"text"`
}

type jsonMend struct {
	Text     string     `json:"text,omitempty"`
	Edits    []jsonEdit `json:"edits,omitempty"`
	Contract string     `json:"contract,omitempty"`
}

type jsonEdit struct {
	Location jsonLocation `json:"location"`
	New      string       `json:"new"`
}

// JSON writes the report as one JSON object, the same bytes for the same
// findings whatever their order.
func JSON(w io.Writer, r *Report) error {
	findings, notices := r.sorted()
	out := jsonReport{
		Version:  jsonVersion,
		Tool:     jsonTool{r.Tool.Name, r.Tool.Version},
		Summary:  r.Count(),
		Findings: make([]jsonFinding, 0, len(findings)),
		Notices:  make([]jsonStep, 0, len(notices)),
	}
	for i := range findings {
		out.Findings = append(out.Findings, r.jsonFinding(&findings[i]))
	}
	for _, n := range notices {
		out.Notices = append(out.Notices, jsonStep{jsonPlaceOf(n.Location), n.Text})
	}
	out.Surface = jsonSurfaceOf(r.App)
	return writeJSON(w, out)
}

func (r *Report) jsonFinding(f *finding.Finding) jsonFinding {
	out := jsonFinding{
		Rule:        f.Rule,
		CWEs:        r.weaknesses(f),
		Severity:    f.Severity,
		Confidence:  f.Confidence,
		Location:    jsonPlaceOf(f.Location),
		Title:       f.Title,
		Message:     f.Message,
		Group:       f.Group,
		Context:     f.Context,
		Flow:        jsonSteps(f.Flow),
		Related:     jsonSteps(f.Related),
		Fingerprint: f.Fingerprint,
		Suppressed:  f.Suppressed,
		Known:       f.Known,
	}
	if out.CWEs == nil {
		out.CWEs = []finding.CWE{}
	}
	if m := f.Mend; m.Text != "" || m.Contract != "" || len(m.Edits) > 0 {
		out.Mend = &jsonMend{Text: m.Text, Contract: m.Contract}
		for _, e := range m.Edits {
			out.Mend.Edits = append(out.Mend.Edits, jsonEdit{jsonPlaceOf(e.Location), e.New})
		}
	}
	return out
}

func jsonSteps(steps []finding.Step) []jsonStep {
	var out []jsonStep
	for _, s := range steps {
		out = append(out, jsonStep{jsonPlaceOf(s.Location), s.Text})
	}
	return out
}

func jsonPlaceOf(l finding.Location) jsonLocation {
	return jsonLocation{l.Path, jsonPlace(l.Start), jsonPlace(l.End)}
}

// writeJSON writes indented JSON and a line end, with <, > and & as they are, and
// characters that act or hide (clean has them) as JSON's own escapes: who reads
// the file sees them, and a parser reads the same text.
func writeJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	for text := b.Bytes(); len(text) > 0; {
		// Outside strings JSON has none of them but the line ends between members.
		n := bytes.IndexFunc(text, func(r rune) bool { return r != '\n' && unprintable(r) })
		if n < 0 {
			n = len(text)
		}
		out.Write(text[:n])
		text = text[n:]
		if r, size := utf8.DecodeRune(text); size > 0 {
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(out, `\u%04x`, unit)
			}
			text = text[size:]
		}
	}
	return out.Flush()
}
