package serve

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/plan"
	"github.com/discreet-dev/discreet/internal/route"
	"github.com/discreet-dev/discreet/internal/view"
)

const (
	// fill is how many items a page that filters reads at once: asking for as
	// many as are wanted would take a call for each that is left out.
	fill     = 100
	maxCalls = 100 // of one list: a store that answers with empty pages ends
	maxKeys  = 100 // of one BatchGetItem
)

// list fills a page after filtering, up to the contract's bound of reads, so
// that what is left out leaves no gap (leak ledger, row 2). One item more than
// the page is read: a next page is named only where there is something to see.
func (s *Server) list(x *exchange) (response, *fault.Fault) {
	g := x.decision.Grants[0]
	sel, bad := route.Select(x.route.Route, x.URL.RawQuery)
	if bad != nil {
		return response{}, bad
	}
	l, err := x.route.plan.List(g, sel.Where)
	if err != nil {
		return response{}, fault.Of(err)
	}
	page, err := x.route.lenses.List(g, sel.Where, sel.Limit, x.now)
	if err != nil {
		return response{}, fault.Of(err)
	}
	start, bad := s.openCursor(x, sel, g)
	if bad != nil {
		return response{}, bad
	}
	var next []byte
	if !l.Nothing {
		if next, bad = s.fill(x, l, page, sel.Limit, start); bad != nil {
			return response{}, bad
		}
	}
	r := x.shows(http.StatusOK, page.Visible())
	if next != nil {
		cursor, bad := s.sealCursor(x, sel, g, next)
		if bad != nil {
			return response{}, bad
		}
		query, _ := url.ParseQuery(sel.Canonical)
		query.Set("cursor", cursor)
		r.set("Link", "<"+x.URL.EscapedPath()+"?"+query.Encode()+`>; rel="next"`)
	}
	return r, nil
}

// fill reads until the page is full and one more is seen, or there is no more,
// or the bound is reached. It returns the key after which the next page starts.
func (s *Server) fill(x *exchange, l plan.Listing, page *view.List, limit int, start []byte) (next []byte, bad *fault.Fault) {
	for calls := 0; ; calls++ {
		want := limit + 1 - page.Items()
		if l.Filters {
			want = max(want, fill)
		}
		want = min(want, x.route.Page.Reads-page.Evaluated())
		if want <= 0 || calls == maxCalls {
			return start, nil
		}
		answer, bad := s.do(x, l.Page(want, start))
		if bad != nil {
			return nil, bad
		}
		if bad := s.take(x, page, answer); bad != nil {
			return nil, bad
		}
		if page.More() {
			return page.LastKey(), nil
		}
		if start = page.LastEvaluated(); start == nil {
			return nil, nil
		}
	}
}

// take adds an answer to the page; a fresh view's, by way of the base table.
func (s *Server) take(x *exchange, page *view.List, answer []byte) *fault.Fault {
	if !x.view.Fresh || x.route.Index == nil {
		if err := page.Add(answer); err != nil {
			return s.distrust(err)
		}
		return nil
	}
	keys, err := page.Entries(answer)
	if err != nil {
		return s.distrust(err)
	}
	for chunk := range slices.Chunk(keys, maxKeys) {
		for calls := 0; len(chunk) > 0; calls++ {
			if calls == maxCalls {
				return fault.Because(fault.Unavailable, "BatchGetItem leaves keys unprocessed")
			}
			op, err := x.route.plan.Reread(x.decision.Grants[0], chunk)
			if err != nil {
				return fault.Of(err)
			}
			answer, bad := s.do(x, op)
			if bad != nil {
				return bad
			}
			if chunk, err = page.Reread(answer); err != nil {
				return s.distrust(err)
			}
		}
	}
	if err := page.Emit(); err != nil {
		return s.distrust(err)
	}
	return nil
}

// asks is the route's list in the words that a cursor is bound to.
func asks(g access.Grant) []string {
	var out []string
	for _, c := range append(slices.Clone(g.Asked()), g.ByData()...) {
		out = append(out, c.Attribute.Name, string(c.Operator))
		out = append(out, c.Values...)
	}
	return out
}
