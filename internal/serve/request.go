package serve

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/discreet-dev/discreet/internal/contract"
	"github.com/discreet-dev/discreet/internal/fault"
)

// MaxHeader is the largest request header in bytes that is read at all; the
// listener's http.Server takes a little more, so that ours is the answer.
const (
	MaxHeader = 32 << 10
	maxURI    = 16 << 10
)

// limits refuses what is larger than any request of the API needs to be.
func limits(r *http.Request) *fault.Fault {
	if len(r.RequestURI) > maxURI || len(r.URL.RawQuery)+len(r.URL.Path) > maxURI {
		return fault.New(fault.URITooLong, nil)
	}
	n := 0
	for name, values := range r.Header {
		for _, v := range values {
			n += len(name) + len(v) + len(": \r\n")
		}
	}
	if n > MaxHeader {
		return fault.New(fault.HeadersTooLarge, nil)
	}
	return nil
}

// negotiate checks that the client takes JSON and sends JSON.
func (s *Server) negotiate(x *exchange) *fault.Fault {
	if !accepts(x.Header.Values("Accept")) {
		return fault.New(fault.NotAcceptable, nil)
	}
	switch x.route.Operation {
	case contract.Create, contract.Update:
	default:
		if x.route.Operation != contract.List && x.URL.RawQuery != "" {
			return fault.Bad("query", "takes no parameters")
		}
		return nil
	}
	if x.URL.RawQuery != "" {
		return fault.Bad("query", "takes no parameters")
	}
	media, parameters, err := mime.ParseMediaType(x.Header.Get("Content-Type"))
	ok := media == "application/json" || x.route.Operation == contract.Update && media == "application/merge-patch+json"
	if charset := parameters["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		ok = false
	}
	if err != nil || !ok || len(x.Header.Values("Content-Type")) > 1 || len(x.Header.Values("Content-Encoding")) > 0 {
		return fault.New(fault.UnsupportedMedia, nil)
	}
	return nil
}

// accepts reports whether an Accept header (RFC 9110, 12.5.1) takes JSON. The
// most specific range that covers it decides.
func accepts(header []string) bool {
	all := strings.Join(header, ",")
	if strings.Trim(all, " \t,") == "" {
		return true
	}
	best, ok := -1, false
	for part := range strings.SplitSeq(all, ",") {
		media, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		specific := slices.Index([]string{"*/*", "application/*", "application/json"}, media)
		if specific < 0 || specific < best {
			continue
		}
		q, err := strconv.ParseFloat(parameters["q"], 64)
		best, ok = specific, parameters["q"] == "" || err == nil && q > 0
	}
	return ok
}

// body reads the request's body, whole, within the limit and the request's
// time: a read from a client does not end with the context.
func (s *Server) body(x *exchange) ([]byte, *fault.Fault) {
	if x.ContentLength > s.MaxBody {
		return nil, fault.New(fault.TooLarge, nil)
	}
	_ = x.control.SetReadDeadline(x.begun.Add(s.Timeout)) // where the server has deadlines
	b, err := io.ReadAll(http.MaxBytesReader(nil, x.Body, s.MaxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, fault.New(fault.TooLarge, nil)
	}
	if err != nil {
		return nil, &fault.Fault{Kind: fault.BadRequest, Detail: "body: was cut off", Cause: errors.New("reading the body failed")}
	}
	return b, nil
}
