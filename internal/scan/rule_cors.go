package scan

import (
	"slices"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

var ruleCORS = finding.Rule{
	ID: "cors-any-origin", Title: "Any web page may read answers as the logged-in user", CWEs: []finding.CWE{942, 200}, Severity: finding.Medium,
}

// corsCall says how a library is told which origins may read, and whether with
// the user's cookies.
var corsCalls = map[string]struct{ origins, credentials string }{
	"flask_cors.CORS":                          {"origins", "supports_credentials"},
	"flask_cors.cross_origin":                  {"origins", "supports_credentials"},
	"fastapi.middleware.cors.CORSMiddleware":   {"allow_origins", "allow_credentials"},
	"starlette.middleware.cors.CORSMiddleware": {"allow_origins", "allow_credentials"},
	"chalice.CORSConfig":                       {"allow_origin", "allow_credentials"},
}

// watchCORS finds credentials that are sent along for any origin. An open policy
// without them shows a page no more than anyone may read, and is not reported.
// https://flask-cors.readthedocs.io/en/latest/api.html
// https://www.starlette.io/middleware/#corsmiddleware
func (s *scanner) watchCORS(f *pyflow.Frame, c *pyflow.Call) {
	if c.At == nil {
		return
	}
	name := c.Name
	if c.Method == "add_middleware" && len(c.Args) > 0 {
		for _, x := range c.Args[0].Externals() {
			name = x
		}
	}
	how, ok := corsCalls[name]
	if !ok {
		return
	}
	with := slices.ContainsFunc(c.At.Keywords, func(k python.Keyword) bool { return k.Name == how.credentials && isTrue(k.Value) })
	if !with || !anyOrigin(c, how.origins) {
		return
	}
	s.report(&finding.Finding{
		Rule: ruleCORS.ID, Severity: ruleCORS.Severity, Confidence: finding.Likely, Context: f.Module().Name, Anchor: lastPart(name),
		Title:   lastPart(name) + " lets any origin read answers with the user's credentials",
		Message: "With " + how.credentials + " and every origin allowed, each asking origin is named in Access-Control-Allow-Origin: a page on another site reads what the logged-in user may read.",
		Mend:    finding.Mend{Text: "Name the origins of your own pages, or leave " + how.credentials + " out.", Contract: "http:\n  cors: { origins: [\"https://app.example.com\"], credentials: true }\n"},
	}, f.Place(c.At), nil)
}

// anyOrigin says whether a call allows every origin: by a star, or, in
// flask-cors, by saying nothing.
func anyOrigin(c *pyflow.Call, keyword string) bool {
	if v, said := c.Keywords[keyword]; said {
		return isStar(v)
	}
	if keyword != "origins" {
		return false // the others allow none where nothing is said
	}
	resources, said := c.Keywords["resources"]
	if !said || len(resources.FieldNames()) == 0 {
		return true
	}
	return slices.ContainsFunc(resources.FieldNames(), func(path string) bool {
		origins := resources.Field(path).Field("origins")
		return origins == nil || isStar(origins)
	})
}

func isStar(v *pyflow.Value) bool {
	if v == nil {
		return false
	}
	return v.Text() == "*" || isStar(v.Elem) || isStar(v.Field("0"))
}

func isTrue(e python.Expr) bool {
	v, ok := e.(*python.Constant)
	return ok && v.Kind == python.True
}
