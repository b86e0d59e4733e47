package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
)

const (
	baselineVersion  = 1
	maxBaselineBytes = 64 << 20
)

// Baseline is the findings that a team has accepted for now: a run reports the
// others alone.
type Baseline struct {
	entries map[string]BaselineEntry
}

// BaselineEntry is one accepted finding. Rule and Path are for the reader of the
// file; the fingerprint decides.
type BaselineEntry struct {
	Fingerprint string `json:"fingerprint"`
	Rule        string `json:"rule"`
	Path        string `json:"path"`
}

type baselineFile struct {
	Version  int             `json:"version"`
	Findings []BaselineEntry `json:"findings"`
}

// NewBaseline accepts the findings that no suppression takes care of.
func NewBaseline(findings []finding.Finding) Baseline {
	b := Baseline{entries: make(map[string]BaselineEntry, len(findings))}
	for i := range findings {
		if f := &findings[i]; f.Suppressed == "" {
			b.entries[f.Fingerprint] = BaselineEntry{f.Fingerprint, f.Rule, f.Path}
		}
	}
	return b
}

// ReadBaseline reads a baseline file. An unknown version or member is an error:
// a baseline that is misread would hide findings, or all of a sudden none.
func ReadBaseline(r io.Reader) (Baseline, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxBaselineBytes+1))
	if err != nil {
		return Baseline{}, err
	}
	if len(text) > maxBaselineBytes {
		return Baseline{}, notBaseline(fmt.Sprintf("it has more than %d MB", maxBaselineBytes>>20))
	}
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	d.DisallowUnknownFields()
	var file baselineFile
	if err := d.Decode(&file); err != nil {
		return Baseline{}, notBaseline(whyNotBaseline(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Baseline{}, notBaseline("something follows it")
	}
	switch {
	case file.Version == 0:
		return Baseline{}, notBaseline("it has no version")
	case file.Version != baselineVersion:
		return Baseline{}, fmt.Errorf("a baseline of version %d, of which nothing is known here: this is version %d", file.Version, baselineVersion)
	case file.Findings == nil:
		return Baseline{}, notBaseline("it has no findings, not even an empty list of them")
	}
	b := Baseline{entries: make(map[string]BaselineEntry, len(file.Findings))}
	for i, e := range file.Findings {
		if !fingerprintForm.MatchString(e.Fingerprint) {
			return Baseline{}, notBaseline(fmt.Sprintf("finding %d has no fingerprint of this program", i+1))
		}
		b.entries[e.Fingerprint] = e
	}
	return b, nil
}

var fingerprintForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

func notBaseline(why string) error {
	return errors.New("no baseline: " + why + "; --write-baseline makes one")
}

// whyNotBaseline says an error of the decoder in words.
func whyNotBaseline(err error) string {
	if errors.Is(err, io.EOF) {
		return "it is empty"
	} else if errors.Is(err, io.ErrUnexpectedEOF) {
		return "its end is missing"
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if wrong.Field == "" {
			return "it is no object"
		}
		return fmt.Sprintf("%s cannot be of the type %s", wrong.Field, wrong.Value)
	}
	if name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		return "it has " + name + ", as another kind of file"
	}
	return "it is not JSON: " + err.Error()
}

// Write writes the baseline, sorted so that two runs differ only where they
// found different things.
func (b Baseline) Write(w io.Writer) error {
	file := baselineFile{Version: baselineVersion, Findings: make([]BaselineEntry, 0, len(b.entries))}
	for _, e := range b.entries {
		file.Findings = append(file.Findings, e)
	}
	slices.SortFunc(file.Findings, func(x, y BaselineEntry) int {
		if c := strings.Compare(x.Path, y.Path); c != 0 {
			return c
		}
		if c := strings.Compare(x.Rule, y.Rule); c != 0 {
			return c
		}
		return strings.Compare(x.Fingerprint, y.Fingerprint)
	})
	return writeJSON(w, file)
}

// Mark sets Known on the findings that the baseline holds, and returns how many
// of its entries no finding matched: those are mended, and may go.
func (b Baseline) Mark(findings []finding.Finding) (gone int) {
	matched := make(map[string]bool, len(b.entries))
	for i := range findings {
		f := &findings[i]
		if _, ok := b.entries[f.Fingerprint]; ok {
			f.Known = true
			matched[f.Fingerprint] = true
		}
	}
	return len(b.entries) - len(matched)
}
