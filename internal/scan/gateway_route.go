package scan

import (
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/template"
)

// gated finds out whether callers are let through to an entry by an authorizer
// alone: of every API that has a request for it.
func (s *scanner) gated(e *entry) {
	if e.auth || e.kind != route && e.kind != lambdaFunction {
		return
	}
	var logins []string
	for _, f := range s.before {
		before := len(logins)
		switch {
		case e.kind == lambdaFunction && f.fn == eventOf(e.fn):
			for _, event := range f.events {
				if event.Method != "OPTIONS" { // a browser asks it without a credential
					logins = append(logins, event.Login)
				}
			}
		case e.kind == route && f.app != nil && slices.ContainsFunc(e.on, func(a *host) bool { return a.within(f.app) }):
			logins = append(logins, loginsOf(e, f.events)...)
		}
		if len(f.events) == maxRequests && len(logins) > before {
			logins = append(logins, "")
		}
	}
	if len(logins) == 0 || slices.Contains(logins, "") {
		return
	}
	slices.Sort(logins)
	e.auth, e.gate = true, strings.Join(slices.Compact(logins), " or ")
}

// loginsOf is who lets callers through to a route of an app: in each API, before
// the request that is matched best by each of its methods and paths.
func loginsOf(e *entry, events []template.Event) []string {
	var out []string
	apis := map[string][]template.Event{}
	for _, event := range events {
		api := event.Location.Path + "#" + event.API
		apis[api] = append(apis[api], event)
	}
	for _, api := range sortedKeys(apis) {
		in := apis[api]
		for p := range strings.SplitSeq(e.path, ", ") {
			parts := partsOf(p)
			for method := range strings.SplitSeq(e.method, "|") {
				if p == "" || p == "?" {
					for _, x := range in {
						out = append(out, x.Login)
					}
					continue
				}
				out = append(out, loginsOfBest(in, method, parts)...)
			}
		}
	}
	return out
}

// loginsOfBest are the logins before the request that API Gateway chooses: the
// path with the most that is literal, and of those the method itself. A route of
// any method may be asked by all requests of that path.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
func loginsOfBest(events []template.Event, method string, parts []string) []string {
	best, rank := []string(nil), ""
	for _, x := range events {
		if x.Method == "OPTIONS" || method != "" && x.Method != "" && x.Method != method {
			continue
		}
		r, ok := matches(x.Path, parts)
		if !ok {
			continue
		}
		r += " "
		if method != "" && x.Method == method {
			r += "1"
		}
		switch {
		case r > rank:
			best, rank = []string{x.Login}, r
		case r == rank:
			best = append(best, x.Login)
		}
	}
	return best
}

// partsOf are a route's path in parts, "{}" for a variable.
func partsOf(path string) []string {
	return strings.Split(strings.Trim(pathParam.ReplaceAllString(path, "{}"), "/"), "/")
}

// matches says whether a request of an API may be for a route's path, and how
// literally: a digit for each part.
func matches(request string, have []string) (rank string, ok bool) {
	if request == "" {
		return "", true
	}
	want := strings.Split(strings.Trim(request, "/"), "/")
	for i, w := range want {
		switch {
		case strings.HasPrefix(w, "{") && strings.HasSuffix(w, "+}"):
			return rank + "1", i < len(have) && have[i] != ""
		case i >= len(have):
			return "", false
		case strings.HasPrefix(w, "{"):
			if have[i] == "" {
				return "", false
			}
			rank += "2"
		case w != have[i]:
			return "", false
		default:
			rank += "3"
		}
	}
	return rank, len(have) == len(want)
}
