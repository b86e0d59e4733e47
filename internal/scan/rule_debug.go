package scan

import (
	"path"
	"slices"
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
		if k.Name != "debug" || !isTrue(k.Value) && !onByDefault(f.Module().File, k.Value) {
			continue
		}
		severity, where, how := finding.Medium, "", "debug=True"
		if !isTrue(k.Value) {
			how = "debug, unless the environment says otherwise,"
		}
		if host := c.Arg(-1, "host").Text(); host == "0.0.0.0" || host == "::" {
			severity = finding.High
			where = " on every network interface"
		}
		s.report(&finding.Finding{
			Rule: ruleDebug.ID, Severity: severity, Confidence: finding.Likely, Context: f.Module().Name, Anchor: "run",
			Title:   "The app is run with " + how + where,
			Message: "In debug mode werkzeug answers an exception with a traceback, the source around it and a console that runs code" + where + ".",
			Mend:    finding.Mend{Text: "Leave debug out, and start the app with `flask --debug run` on your own machine.", Edits: switchedOff(f.Module().File, k.Value)},
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
			if !isTrue(n.Value) && !onByDefault(file, n.Value) || len(n.Targets) != 1 || testClass.MatchString(class) || testClass.MatchString(path.Base(file.Path)) {
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
				Mend:     finding.Mend{Text: "Leave it off, and switch it on from the environment of a development machine.", Edits: switchedOff(file, n.Value)},
			})
		}
		return true
	}
	file.Inspect(visit)
	return out
}

// switchedOff puts False for True; what the environment gives is the owner's to
// change.
func switchedOff(file *python.File, value python.Expr) []finding.Edit {
	if !isTrue(value) {
		return nil
	}
	return []finding.Edit{{Location: finding.Location{Path: file.Path, Range: file.Range(value.Pos())}, New: "False"}}
}

// onByDefault says whether an expression takes a setting from the environment
// that is on where the environment has none.
func onByDefault(file *python.File, e python.Expr) bool {
	switch e := e.(type) {
	case *python.BoolOp:
		return e.Or && isTrue(e.Values[len(e.Values)-1])
	case *python.Compare: // os.environ.get("DEBUG", "true").lower() == "true"
		want, ok := e.Rights[0].(*python.String)
		return ok && e.Ops[0] == python.Eq && strings.EqualFold(environDefault(file, e.Left), want.Value)
	case *python.Call:
		if fn, ok := e.Func.(*python.Name); ok && fn.ID == "bool" && len(e.Args) == 1 {
			return onByDefault(file, e.Args[0])
		}
		return slices.Contains([]string{"true", "1", "yes", "on"}, strings.ToLower(environDefault(file, e)))
	}
	return false
}

// environDefault is what an expression that asks the environment gives where it
// has nothing, as text; "" for another expression.
func environDefault(file *python.File, e python.Expr) string {
	call, ok := e.(*python.Call)
	if !ok {
		return ""
	}
	if a, ok := call.Func.(*python.Attribute); ok && (a.Attr == "lower" || a.Attr == "upper" || a.Attr == "strip") {
		return environDefault(file, a.Value)
	}
	name := file.Source(call.Func.Pos())
	if !strings.HasSuffix(name, "environ.get") && !strings.HasSuffix(name, "getenv") || len(call.Args) != 2 {
		return ""
	}
	switch v := call.Args[1].(type) {
	case *python.String:
		return v.Value
	case *python.Number:
		return v.Text
	case *python.Constant:
		if v.Kind == python.True {
			return "true"
		}
	}
	return ""
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
