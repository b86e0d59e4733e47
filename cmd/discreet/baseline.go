package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/report"
)

func openBaseline(name string) (report.Baseline, error) {
	f, err := os.Open(name)
	if err != nil {
		return report.Baseline{}, fmt.Errorf("the baseline cannot be read: %w; --write-baseline makes one", err)
	}
	defer f.Close()
	b, err := report.ReadBaseline(f)
	if _, unread := errors.AsType[*fs.PathError](err); unread {
		return b, fmt.Errorf("the baseline cannot be read: %w", err)
	} else if err != nil {
		return b, fmt.Errorf("%s is %w", name, err)
	}
	return b, nil
}

// saveBaseline writes the findings as known ones, over an older baseline.
func saveBaseline(name string, findings []finding.Finding) error {
	var b bytes.Buffer
	err := report.NewBaseline(findings).Write(&b)
	if err == nil {
		err = replaceFile(name, b.Bytes())
	}
	if err != nil {
		return fmt.Errorf("the baseline cannot be written: %w", err)
	}
	return nil
}
