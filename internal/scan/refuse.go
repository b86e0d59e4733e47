package scan

import (
	"regexp"
	"strings"

	"github.com/discreet-dev/discreet/internal/pyflow"
	"github.com/discreet-dev/discreet/internal/python"
)

// refuses says whether a function turns callers away as unknown: it returns, or
// gives to what makes an answer, a 401 or a 403, raises what stands for one, or
// sends the caller to a login. A 401 that is only spoken of does not count.
func refuses(fn *pyflow.Func) bool {
	if fn.Def == nil {
		return false
	}
	found := false
	var look func(answer bool) func(python.Node) bool
	look = func(answer bool) func(python.Node) bool {
		return func(n python.Node) bool {
			if found {
				return false
			}
			switch n := n.(type) {
			case *python.Return:
				if !answer && n.Value != nil {
					python.Inspect(n.Value, look(true))
					return false
				}
			case *python.Raise:
				if !answer && n.Exc != nil {
					python.Inspect(n.Exc, look(true))
					return false
				}
			case *python.Call:
				name := calleeName(n)
				found = found || answer && name == "redirect" && authName.MatchString(fn.Module.File.Source(n.Span)) || name == "unauthorized"
				if !answer && refusing[name] {
					python.Inspect(n, look(true))
					return false
				}
			case *python.ExprStmt:
				if c, ok := n.Value.(*python.Call); ok && !answer { // what it gives is not asked for: it raises
					found = found || checking.MatchString(calleeName(c))
				}
			case *python.Assign:
				if a, ok := n.Targets[0].(*python.Attribute); ok && strings.Contains(a.Attr, "status") && !answer {
					python.Inspect(n.Value, look(true))
				}
			case *python.Number:
				found = found || answer && (n.Text == "401" || n.Text == "403")
			case *python.Name:
				found = found || answer && refusal(n.ID)
			case *python.Attribute:
				found = found || answer && refusal(n.Attr)
			}
			return true
		}
	}
	for _, stmt := range fn.Body {
		python.Inspect(stmt, look(false))
	}
	return found
}

// checking are names of functions that turn callers away themselves.
var checking = regexp.MustCompile(`(?i)^(check|verify|require|ensure|enforce|validate|assert)_?(the_)?(auth|login|logged|jwt|token|session|access_token|signed|permission)|^login_required|^protect$`)

// refusing are calls whose arguments are an answer.
var refusing = map[string]bool{"abort": true, "make_response": true, "Response": true, "jsonify": true, "HTTPException": true}

// refusal says whether a name is that of a refusal: Unauthorized,
// HTTPStatus.FORBIDDEN, UnauthorizedError.
func refusal(name string) bool {
	return strings.HasPrefix(name, "Unauthorized") || strings.HasPrefix(name, "Forbidden") || name == "UNAUTHORIZED" || name == "FORBIDDEN" ||
		name == "HTTP_401_UNAUTHORIZED" || name == "HTTP_403_FORBIDDEN"
}

func calleeName(c *python.Call) string {
	switch fn := c.Func.(type) {
	case *python.Name:
		return fn.ID
	case *python.Attribute:
		return fn.Attr
	}
	return ""
}
