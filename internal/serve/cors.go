package serve

import (
	"net/http"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
)

// CORS (Fetch standard, 3.2) is closed unless the contract names an origin.

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" &&
		r.Header.Get("Access-Control-Request-Method") != ""
}

// allowOrigin lets the page of a named origin read the answer.
func (s *Server) allowOrigin(h http.Header, r *http.Request) {
	origin, ok := s.namedOrigin(r)
	if !ok {
		return
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", "Link, ETag, X-Request-Id")
	if s.Contract.HTTP.CORSCredentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
}

// namedOrigin is the request's one origin, where the contract names it.
func (s *Server) namedOrigin(r *http.Request) (string, bool) {
	origins := r.Header.Values("Origin")
	if len(origins) != 1 || !slices.Contains(s.Contract.HTTP.CORSOrigins, origins[0]) {
		return "", false
	}
	return origins[0], true
}

// preflight answers without a credential: a browser sends none with it.
func (s *Server) preflight(x *exchange) (response, *fault.Fault) {
	if _, ok := s.namedOrigin(x.Request); !ok {
		return response{}, fault.New(fault.Forbidden, nil)
	}
	r := response{status: http.StatusNoContent}
	r.set("Access-Control-Allow-Methods", s.methods)
	allowed := []string{"Accept", "Content-Type", "If-Match", "If-None-Match", "Prefer"}
	r.set("Access-Control-Allow-Headers", strings.Join(append(allowed, s.Credentials...), ", "))
	r.set("Access-Control-Max-Age", "600")
	return r, nil
}

// methodsOf are the methods of all routes.
func methodsOf(routes []*contract.Route) string {
	var out []string
	for _, r := range routes {
		if !slices.Contains(out, r.Method) {
			out = append(out, r.Method)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}
