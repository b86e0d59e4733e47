package scan

import (
	"regexp"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
)

var ruleDebugRoute = finding.Rule{
	ID: "debug-route", Title: "A response shows the process's settings", CWEs: []finding.CWE{215, 497}, Severity: finding.High,
}

// settingMark says that a value is the environment or the app's configuration,
// whole, or one setting of theirs that is a secret by its name.
type settingMark struct{ name string }

func (m settingMark) MarkKey() string { return "v:" + m.name }

const (
	theEnvironment   = "the environment"
	theConfiguration = "the configuration"
)

// privateSetting are the names of settings that no caller needs: a key that a
// page's own scripts use is no secret.
var privateSetting = regexp.MustCompile(`(?i)(secret|passw|private_?key|session_?token|signing_?key|encryption_?key)`)

// wholeSettings says what something outside of the tree is: the environment or
// the app's configuration; "" for anything else, such as one setting of them.
func wholeSettings(v *pyflow.Value) string {
	for _, x := range v.Externals() {
		switch {
		case x == "os.environ":
			return theEnvironment
		case appDict(x) == "config":
			return theConfiguration
		}
	}
	return ""
}

// setting marks one setting that is a secret by its name.
func setting(at pyflow.Place, name string) *pyflow.Value {
	if !privateSetting.MatchString(name) {
		return nil
	}
	return pyflow.Marked(settingMark{name}, at, "the setting "+name)
}

// settingsCall knows the calls that make a dict or a text of all settings.
func (s *scanner) settingsCall(f *pyflow.Frame, c *pyflow.Call) *pyflow.Value {
	if c.At == nil {
		return nil
	}
	from := c.Arg(0, "")
	switch c.Method {
	case "items", "values", "copy":
		from = c.Receiver
	case "dict", "str", "repr", "dumps", "jsonify", "pformat":
	default:
		return nil
	}
	if what := wholeSettings(from); what != "" {
		return pyflow.Marked(settingMark{what}, f.Place(c.At), what)
	}
	return nil
}

// reportSetting reports settings that reach an answer.
func (s *scanner) reportSetting(e *entry, m settingMark, x shown) {
	holds := ": keys, passwords, names of tables and hosts, and on Lambda the credentials of the function's role"
	if m.name == theConfiguration {
		holds = ", with the key that signs sessions"
	} else if m.name != theEnvironment {
		holds = ""
	}
	s.report(&finding.Finding{
		Rule: ruleDebugRoute.ID, Severity: finding.High, Confidence: finding.Likely, Context: frameName(e), Group: e.title(), Anchor: m.name,
		Title:   e.title() + " shows " + m.name,
		Message: sentence("What a developer looks at while the app is made is there for every caller of", e.title()+":", m.name+holds+"."),
		Mend:    finding.Mend{Text: "Take the route out, and look at settings where the app runs. If a page needs one of them, answer with that one by its name."},
	}, answeredIn(x.Trace, e.fn), x.Trace)
}
