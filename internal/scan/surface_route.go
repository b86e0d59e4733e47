package scan

import (
	"strings"

	"github.com/discreet-dev/discreet/internal/surface"
)

func describeRoute(e *entry) surface.Route {
	out := surface.Route{
		Title: e.title(), Function: frameName(e), Location: locate(e.fn.Place()),
		Authenticated: e.auth || e.knows, Restricted: e.admin,
	}
	if e.method != "" {
		out.Methods = strings.Split(e.method, "|")
	}
	for p := range strings.SplitSeq(e.path, ", ") {
		if p == "" || p == "?" {
			continue
		}
		p = pathParam.ReplaceAllString(p, "{$1}")
		if !strings.HasPrefix(p, "/") {
			p = "/" + p
		}
		if out.Path == "" {
			out.Path = p
		} else {
			out.Others = append(out.Others, p)
		}
	}
	return out
}
