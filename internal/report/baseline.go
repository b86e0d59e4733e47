package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
// a baseline that is misread would hide findings.
func ReadBaseline(r io.Reader) (Baseline, error) {
	limited := &io.LimitedReader{R: r, N: maxBaselineBytes + 1}
	d := json.NewDecoder(limited)
	d.DisallowUnknownFields()
	var file baselineFile
	err := d.Decode(&file)
	if err == nil {
		_, err = d.Token()
		if err == nil {
			err = errors.New("something follows the JSON value")
		} else if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	if limited.N <= 0 {
		err = fmt.Errorf("it has more than %d bytes", maxBaselineBytes)
	}
	if err != nil {
		return Baseline{}, fmt.Errorf("baseline: %w", err)
	}
	if file.Version != baselineVersion {
		return Baseline{}, fmt.Errorf("baseline: version %d is not known, want %d", file.Version, baselineVersion)
	}
	b := Baseline{entries: make(map[string]BaselineEntry, len(file.Findings))}
	for i, e := range file.Findings {
		if e.Fingerprint == "" {
			return Baseline{}, fmt.Errorf("baseline: finding %d has no fingerprint", i+1)
		}
		b.entries[e.Fingerprint] = e
	}
	return b, nil
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
