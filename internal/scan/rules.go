package scan

import (
	"io/fs"
	"strings"

	"github.com/discreet-dev/discreet/docs/rules"
	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/report"
)

// The rules stand each in a file with what finds them; their pages are in
// docs/rules.

// Rules are all rules, with the text of their pages.
func Rules() []finding.Rule {
	list := []finding.Rule{
		ruleUnscopedKey, ruleUnscopedScan, ruleClientIdentity, ruleOverride, ruleMissingAuth,
		ruleRawItem, ruleRawResponse, ruleDenyList, ruleSensitive, ruleUnseen, ruleProjection, ruleToken,
		ruleError, ruleDebug, ruleDebugRoute, ruleCredential, ruleWeakHash, ruleLog, ruleFile, ruleSecret, ruleCORS,
		ruleIAMUnused, ruleIAMBroad, ruleIAMResource,
	}
	for i := range list {
		r := &list[i]
		text, err := fs.ReadFile(rules.Pages, r.ID+".md")
		if err != nil {
			continue // a test reads every page
		}
		r.Help = string(text)
		r.Summary = summary(r.Help)
		r.HelpURI = "https://github.com/discreet-dev/discreet/blob/main/docs/rules/" + r.ID + ".md"
		r.Tags = []string{"dynamodb"}
	}
	return append(list, report.BadSuppression())
}

// summary is a page's first paragraph.
func summary(page string) string {
	_, rest, _ := strings.Cut(page, "\n\n")
	first, _, _ := strings.Cut(rest, "\n\n")
	return strings.Join(strings.Fields(first), " ")
}
