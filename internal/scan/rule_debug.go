package scan

import (
	"path"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

var ruleDebug = finding.Rule{
	ID: "debug-mode", Title: "The app runs in debug mode", CWEs: []finding.CWE{215, 489}, Severity: finding.High,
}

// watchDebug finds app.run(debug=True).
func (s *scanner) watchDebug(f *pyflow.Frame, c *pyflow.Call) {
	if c.At == nil || c.Method != "run" {
		return
	}
	for i := range c.At.Keywords {
		k := &c.At.Keywords[i]
		if v, ok := k.Value.(*python.Constant); !ok || k.Name != "debug" || v.Kind != python.True {
			continue
		}
		severity := finding.Medium
		where := ""
		if host := c.Arg(-1, "host").Text(); host == "0.0.0.0" || host == "::" {
			severity = finding.High
			where = " on every network interface"
		}
		s.report(&finding.Finding{
			Rule: ruleDebug.ID, Severity: severity, Confidence: finding.Likely, Context: f.Module().Name, Anchor: "run",
			Title:   "The app is run with debug=True" + where,
			Message: "In debug mode werkzeug answers an exception with a traceback, the source around it and a console that runs code" + where + ".",
			Mend:    finding.Mend{Text: "Leave debug out, and start the app with `flask --debug run` on your own machine.", Edits: []finding.Edit{{Location: locate(f.Place(k.Value)), New: "False"}}},
		}, f.Place(c.At), nil)
	}
}

// debugSettings finds app.debug = True and DEBUG = True in a configuration
// that is not plainly that of a development machine.
func debugSettings(file *python.File) (out []*finding.Finding) {
	if !containsAny(file.Text, "debug", "DEBUG") {
		return nil
	}
	var class string
	var visit func(python.Node) bool
	visit = func(n python.Node) bool {
		switch n := n.(type) {
		case *python.ClassDef:
			outer := class
			class = n.Name
			for _, st := range n.Body {
				python.Inspect(st, visit)
			}
			class = outer
			return false
		case *python.Assign:
			v, ok := n.Value.(*python.Constant)
			if !ok || v.Kind != python.True || len(n.Targets) != 1 || testClass.MatchString(class) || testClass.MatchString(path.Base(file.Path)) {
				return true
			}
			name := settingTarget(n.Targets[0], class)
			if name == "" {
				return true
			}
			out = append(out, &finding.Finding{
				Rule: ruleDebug.ID, Severity: finding.Medium, Confidence: finding.Likely, Group: file.Path, Anchor: name,
				Location: finding.Location{Path: file.Path, Range: file.Range(n.Span)},
				Title:    name + " is switched on in the source",
				Message:  "The setting turns on debug mode for every environment that does not turn it off again: tracebacks in answers, and werkzeug's console.",
				Mend: finding.Mend{Text: "Leave it off, and switch it on from the environment of a development machine.", Edits: []finding.Edit{{
					Location: finding.Location{Path: file.Path, Range: file.Range(v.Span)}, New: "False",
				}}},
			})
		}
		return true
	}
	file.Inspect(visit)
	return out
}

func settingTarget(t python.Expr, class string) string {
	switch t := t.(type) {
	case *python.Name:
		if class != "" && strings.Contains(class, "onfig") && (t.ID == "DEBUG" || t.ID == "FLASK_DEBUG") {
			return class + "." + t.ID
		}
	case *python.Attribute:
		if n, ok := t.Value.(*python.Name); ok && t.Attr == "debug" && (isApp(n.ID) || n.ID == "server") {
			return n.ID + ".debug"
		}
	case *python.Subscript:
		key, ok := t.Index.(*python.String)
		a, is := t.Value.(*python.Attribute)
		if ok && is && a.Attr == "config" && key.Value == "DEBUG" {
			return "config[DEBUG]"
		}
	}
	return ""
}
