package report

import (
	"fmt"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
)

// Threshold is the value of --fail-on. The zero one fails on every finding.
type Threshold struct {
	Severity finding.Severity
	Never    bool
}

// ParseThreshold reads a severity's name, or "never".
func ParseThreshold(s string) (Threshold, error) {
	if strings.EqualFold(s, "never") {
		return Threshold{Never: true}, nil
	}
	severity, err := finding.ParseSeverity(s)
	if err != nil {
		return Threshold{}, fmt.Errorf("%w, or never", err)
	}
	return Threshold{Severity: severity}, nil
}

// Fails says whether a run fails: whether a finding in force is as severe as
// the threshold. A tentative finding is a matter of policy and fails nothing.
func Fails(findings []finding.Finding, t Threshold) bool {
	if t.Never {
		return false
	}
	for i := range findings {
		f := &findings[i]
		if f.InForce() && f.Confidence > finding.Tentative && f.Severity >= t.Severity {
			return true
		}
	}
	return false
}
