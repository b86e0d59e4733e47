package serve

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/item"
	"github.com/discreet-dev/discreet/internal/view"
)

// response is what goes out. Its body is a Visible's or a refusal's: there is
// no way to put an item into it.
type response struct {
	status  int
	header  [][2]string
	visible view.Visible
	refusal []byte
}

func (r *response) set(name, value string) { r.header = append(r.header, [2]string{name, value}) }

// shows answers with a Visible, or with 304 where the client has these very
// bytes already (RFC 9110, 13.1.2).
func (x *exchange) shows(status int, v view.Visible) response {
	x.visible = v
	r := response{status: status, visible: v}
	tag := v.ETag()
	r.set("ETag", tag)
	if status == http.StatusOK && matches(x.Header.Values("If-None-Match"), tag, true) {
		if x.Method == http.MethodGet || x.Method == http.MethodHead {
			return response{status: http.StatusNotModified, header: r.header}
		}
	}
	return r
}

// matches compares an entity tag with a list of them (RFC 9110, 8.8.3.2).
func matches(header []string, tag string, weakly bool) bool {
	for _, t := range strings.Split(strings.Join(header, ","), ",") {
		t = strings.TrimSpace(t)
		if weakly {
			t = strings.TrimPrefix(t, "W/")
		}
		if t == tag || t == "*" {
			return true
		}
	}
	return false
}

// prepare sets the headers that every answer has.
func (s *Server) prepare(w http.ResponseWriter, x *exchange) {
	h := w.Header()
	h.Set("X-Request-Id", x.id)
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	// A length beside chunks is how a request is smuggled past a proxy that goes
	// by the length, and net/http hides that there was one: nothing that follows
	// chunks on the connection is believed (RFC 9112, 6.1).
	if x.ProtoMajor == 1 && len(x.TransferEncoding) > 0 {
		h.Set("Connection", "close")
	}
	if x.TLS != nil {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if s.vary != "" {
		h.Set("Vary", s.vary)
	}
	s.allowOrigin(h, x.Request)
}

// varyOn are the headers that an answer depends on.
func varyOn(credentials []string, c contract.HTTP) string {
	names := slices.Clone(credentials)
	if len(c.CORSOrigins) > 0 {
		names = append(names, "Origin")
	}
	return strings.Join(append(names, "Accept"), ", ")
}

// refusal is a fault's answer: the public text and the request's id, in that
// order.
func (s *Server) refusal(x *exchange, bad *fault.Fault) response {
	r := response{status: bad.Status()}
	r.refusal = append(r.refusal, `{"error":`...)
	r.refusal = item.AppendString(r.refusal, bad.Public())
	r.refusal = append(r.refusal, `,"request_id":`...)
	r.refusal = item.AppendString(r.refusal, x.id)
	r.refusal = append(r.refusal, '}', '\n')
	switch bad.Kind {
	case fault.Unauthenticated:
		if s.Challenge != "" {
			r.set("WWW-Authenticate", s.Challenge)
		}
	case fault.MethodNotAllowed:
		r.set("Allow", strings.Join(s.router.Methods(x.URL), ", "))
	case fault.Unavailable:
		r.set("Retry-After", "1")
	case fault.TooMany:
		wait := s.rates.wait()
		r.set("RateLimit", `"default";r=0;t=`+wait)
		r.set("Retry-After", wait)
	case fault.TooLarge, fault.URITooLong, fault.HeadersTooLarge:
		r.set("Connection", "close") // what is left of the request is not read
	}
	return r
}

// send writes the response and returns the size of its body in bytes.
func (r response) send(w http.ResponseWriter, x *exchange) int {
	h := w.Header()
	for _, f := range r.header {
		h.Set(f[0], f[1])
	}
	body := r.refusal
	if body == nil {
		body = r.visible.Body()
	}
	if r.status != http.StatusNoContent && r.status != http.StatusNotModified {
		h.Set("Content-Type", "application/json")
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(r.status)
	if x.Method == http.MethodHead || len(body) == 0 {
		return 0
	}
	n, _ := w.Write(body) // a client that is gone has no use for an error
	return n
}
