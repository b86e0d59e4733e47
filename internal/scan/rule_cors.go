package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/finding"
	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

var ruleCORS = finding.Rule{
	ID: "cors-any-origin", Title: "Any web page may read the answers", CWEs: []finding.CWE{942, 200}, Severity: finding.Medium,
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

// watchCORS finds policies that let every origin read. With credentials that is
// a leak; without them a page sees what anyone may see, which is a matter of
// policy.
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
	if !ok || !anyOrigin(c, how.origins) {
		return
	}
	found := openCORS(lastPart(name) + " lets every origin read answers")
	if isTrue(keyword(c.At, how.credentials)) {
		found.Severity, found.Confidence = ruleCORS.Severity, finding.Likely
		found.Title = lastPart(name) + " lets any origin read answers with the user's credentials"
		found.Message = "With " + how.credentials + " and every origin allowed, each asking origin is named in Access-Control-Allow-Origin: a page on another site reads what the logged-in user may read."
	}
	found.Context, found.Anchor = f.Module().Name, lastPart(name)
	s.report(found, f.Place(c.At), nil)
}

// openCORS is a finding about a policy without credentials.
func openCORS(title string) *finding.Finding {
	return &finding.Finding{
		Rule: ruleCORS.ID, Severity: finding.Advice, Confidence: finding.Tentative, Title: title,
		Message: "Every page that a user visits can ask, and read the answer, as anyone can who reaches the service: from within the network of the user, too. That is meant for public data alone.",
		Mend:    finding.Mend{Text: "Name the origins of your own pages.", Contract: "http:\n  cors: { origins: [\"https://app.example.com\"] }\n"},
	}
}

// corsHeaders finds the header that is written by hand: the first of a file, as
// it tends to stand in each of its answers.
func corsHeaders(file *python.File) (out []*finding.Finding) {
	const header = "Access-Control-Allow-Origin"
	if !strings.Contains(file.Text, header) {
		return nil
	}
	is := func(e python.Expr, text string) bool {
		v, ok := e.(*python.String)
		return ok && strings.EqualFold(v.Value, text)
	}
	add := func(n python.Node) {
		if len(out) > 0 {
			return
		}
		found := openCORS("Answers are for every origin: " + header + " is a star")
		found.Group, found.Anchor = file.Path, header
		found.Location = finding.Location{Path: file.Path, Range: file.Range(n.Pos())}
		out = append(out, found)
	}
	file.Inspect(func(n python.Node) bool {
		switch n := n.(type) {
		case *python.Dict:
			for _, item := range n.Items {
				if is(item.Key, header) && is(item.Value, "*") {
					add(item.Key)
				}
			}
		case *python.Call:
			if len(n.Args) == 2 && is(n.Args[0], header) && is(n.Args[1], "*") {
				add(n)
			}
		case *python.Assign:
			if t, ok := n.Targets[0].(*python.Subscript); ok && is(t.Index, header) && is(n.Value, "*") {
				add(n)
			}
		}
		return true
	})
	return out
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
