package serve

import (
	"net/http"
	"slices"
	"strings"

	"github.com/discreet-dev/discreet/internal/fault"
)

// CORS (Fetch standard, 3.2) is closed unless the contract names an origin.

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" &&
		r.Header.Get("Access-Control-Request-Method") != ""
}

// allowOrigin lets the page of a named origin read the answer.
func (s *Server) allowOrigin(h http.Header, r *http.Request) {
	origin := r.Header.Get("Origin")
	if origin == "" || !slices.Contains(s.Contract.HTTP.CORSOrigins, origin) {
		return
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", "Link, ETag, X-Request-Id")
	if s.Contract.HTTP.CORSCredentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
}

// preflight answers without a credential: a browser sends none with it.
func (s *Server) preflight(x *exchange) (response, *fault.Fault) {
	if !slices.Contains(s.Contract.HTTP.CORSOrigins, x.Header.Get("Origin")) {
		return response{}, fault.New(fault.Forbidden, nil)
	}
	r := response{status: http.StatusNoContent}
	r.set("Access-Control-Allow-Methods", strings.Join(s.router.Methods(x.URL), ", "))
	allowed := []string{"Accept", "Content-Type", "If-Match", "If-None-Match", "Prefer"}
	r.set("Access-Control-Allow-Headers", strings.Join(append(allowed, s.Credentials...), ", "))
	r.set("Access-Control-Max-Age", "600")
	return r, nil
}
