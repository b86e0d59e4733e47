// Package route understands a request's line: which route of the contract a
// method and path are, and what a query string selects. It is pure, decides
// nothing about the caller, and refuses whatever two parsers might read
// differently.
package route

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
)

// Router finds a route by method and path. The contract's routes are few and do
// not conflict, so the first that fits is the one; literals are tried before
// variables.
type Router []*contract.Route

// New makes the router of a contract.
func New(routes []*contract.Route) Router {
	r := slices.Clone(routes)
	slices.SortStableFunc(r, func(a, b *contract.Route) int {
		// Only routes of one length are ever compared for the same request; an
		// order that passes over the lengths would be none.
		if d := len(a.Segments) - len(b.Segments); d != 0 {
			return d
		}
		for i := range a.Segments {
			if av, bv := a.Segments[i].Variable != "", b.Segments[i].Variable != ""; av != bv {
				if av {
					return 1
				}
				return -1
			}
		}
		return 0
	})
	return r
}

// Match returns the route and the values of its path's variables. A HEAD is
// answered by the route of a GET.
func (r Router) Match(verb string, u *url.URL) (*contract.Route, map[string]string, *fault.Fault) {
	segments, bad := split(u.EscapedPath())
	if bad != nil {
		return nil, nil, bad
	}
	method := verb
	if method == "HEAD" {
		method = "GET"
	}
	other := false
	for _, route := range r {
		path, ok := fits(route, segments)
		if !ok {
			continue
		}
		if route.Method == method {
			return route, path, constrained(route, path)
		}
		other = true
	}
	if other {
		return nil, nil, fault.New(fault.MethodNotAllowed, nil)
	}
	return nil, nil, fault.New(fault.NotFound, nil)
}

// Methods are those that some route has for the path, for Allow.
func (r Router) Methods(u *url.URL) []string {
	segments, bad := split(u.EscapedPath())
	if bad != nil {
		return nil
	}
	var out []string
	for _, route := range r {
		if _, ok := fits(route, segments); ok && !slices.Contains(out, route.Method) {
			out = append(out, route.Method)
			if route.Method == "GET" {
				out = append(out, "HEAD")
			}
		}
	}
	slices.Sort(out)
	return out
}

func fits(route *contract.Route, segments []string) (map[string]string, bool) {
	if len(route.Segments) != len(segments) {
		return nil, false
	}
	path := map[string]string{}
	for i, s := range route.Segments {
		switch {
		case s.Variable == "" && s.Literal != segments[i], s.Variable != "" && segments[i] == "":
			return nil, false
		case s.Variable != "":
			path[s.Variable] = segments[i]
		}
	}
	return path, true
}

// split decodes each segment once. What another parser might split or decode
// differently is refused: an encoded slash, NUL and other control characters,
// dot segments, bytes that are no UTF-8 (CWE-22, CWE-436).
func split(escaped string) ([]string, *fault.Fault) {
	bad := fault.Bad("path", "takes segments in UTF-8 without encoded slashes, control characters or dot segments")
	rest, ok := strings.CutPrefix(escaped, "/")
	if !ok {
		return nil, bad
	}
	if rest == "" {
		return nil, nil
	}
	segments := strings.Split(rest, "/")
	for i, s := range segments {
		text, err := url.PathUnescape(s)
		if err != nil || text == "." || text == ".." || !utf8.ValidString(text) ||
			strings.ContainsAny(text, "/\\") || strings.ContainsFunc(text, unicode.IsControl) {
			return nil, bad
		}
		segments[i] = text
	}
	return segments, nil
}

// constrained checks path variables against what the contract says of their
// attributes.
func constrained(r *contract.Route, path map[string]string) *fault.Fault {
	for _, s := range r.Segments {
		if a := r.Views[0].Of.Attributes[s.Variable]; s.Variable != "" && a != nil {
			if takes := a.Constrained(path[s.Variable]); takes != "" {
				return fault.Bad(s.Variable, takes)
			}
		}
	}
	return nil
}
