package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/parse"
	"github.com/discreet-dev/discreet/internal/scan"
)

// knownRules refuses an id that no rule has: a typing mistake must not leave a
// rule in force, or out of it, in silence.
func knownRules(ids []string) error {
	var all []string
	for _, r := range scan.Rules() {
		all = append(all, r.ID)
	}
	for _, id := range ids {
		if slices.Contains(all, id) {
			continue
		}
		hint := "`discreet scan --rules` lists them"
		if n := parse.Nearest(id, all); n != "" {
			hint = fmt.Sprintf("did you mean %s?", n)
		}
		return fmt.Errorf("there is no rule %q; %s", id, hint)
	}
	return nil
}

// ruleLine is a rule as JSON.
type ruleLine struct {
	ID       string           `json:"id"`
	Severity finding.Severity `json:"severity"`
	CWEs     []finding.CWE    `json:"cwes"`
	Title    string           `json:"title"`
	Summary  string           `json:"summary"`
	URI      string           `json:"uri,omitempty"`
}

// listRules writes what is looked for.
func listRules(w world, format string) int {
	rules := scan.Rules()
	switch format {
	case "json":
		lines := make([]ruleLine, len(rules))
		for i, r := range rules {
			lines[i] = ruleLine{r.ID, r.Severity, append([]finding.CWE{}, r.CWEs...), r.Title, r.Summary, r.HelpURI}
		}
		enc := json.NewEncoder(w.stdout)
		enc.SetIndent("", "  ")
		if err := enc.Encode(map[string]any{"version": 1, "rules": lines}); err != nil {
			return fail(w, "scan", err)
		}
	case "text":
		for _, r := range rules {
			var cwes []string
			for _, c := range r.CWEs {
				cwes = append(cwes, c.String())
			}
			fmt.Fprintf(w.stdout, "%-26s %-9s %-18s %s\n", r.ID, r.Severity, strings.Join(cwes, " "), r.Title)
		}
	default:
		return fail(w, "scan", fmt.Errorf("--rules are written as text or json"))
	}
	return exitOK
}
