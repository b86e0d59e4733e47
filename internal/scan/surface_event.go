package scan

import (
	"slices"

	"github.com/discreet-dev/discreet/internal/surface"
	"github.com/discreet-dev/discreet/internal/template"
)

// eventsIn are the requests for which the infrastructure calls functions: those
// of what has been read for its tables, and of the files that speak of none.
func eventsIn(texts []textFile, read template.Result) []template.Event {
	out := slices.Clone(read.Events)
	for _, file := range texts {
		if !speaksOfTables(file.text) && containsAny(file.text, "http", "Api") && containsAny(file.text, "handler:", "Handler") {
			out = append(out, template.ReadFile(file.path, []byte(file.text), template.Options{}).Events...)
		}
	}
	return out
}

// eventsOf are those for which a function is called.
func (s *scanner) eventsOf(e *entry) []template.Event {
	if e.kind == lambdaFunction {
		for _, f := range s.before {
			if f.fn == eventOf(e.fn) {
				return f.events
			}
		}
	}
	return nil
}

// requested gives a Lambda function the paths and methods of its events.
func (s *scanner) requested(e *entry, r *surface.Route) {
	for _, event := range s.eventsOf(e) {
		path := pathParam.ReplaceAllString(event.Path, "{$1}")
		switch {
		case path == "": // any
		case r.Path == "":
			r.Path = path
		case path != r.Path && !slices.Contains(r.Others, path):
			r.Others = append(r.Others, path)
		}
		if event.Method != "" && !slices.Contains(r.Methods, event.Method) {
			r.Methods = append(r.Methods, event.Method)
		}
	}
}
