package serve

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/plan"
	"github.com/discreet-dev/discreet/internal/route"
	"github.com/discreet-dev/discreet/internal/view"
)

const (
	maxCalls = 100     // of one list: a store that answers with empty pages ends
	maxKeys  = 100     // of one BatchGetItem
	maxStops = 5       // BatchGetItem in a row that got no further
	maxPage  = 8 << 20 // visible bytes after which a page ends, full or not

	firstPause = 10 * time.Millisecond // before BatchGetItem is asked again; then twice as long
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
		want := l.Want(limit+1-page.Items(), x.route.Page.Reads-page.Evaluated())
		if want <= 0 || calls == maxCalls || page.Size() > maxPage {
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
		last := page.LastEvaluated()
		if last == nil {
			return nil, nil
		}
		if bytes.Equal(last, start) {
			return nil, s.distrust(errors.New("a page that ends where it began"))
		}
		start = last
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
		if bad := s.reread(x, page, chunk); bad != nil {
			return bad
		}
	}
	if err := page.Emit(); err != nil {
		return s.distrust(err)
	}
	return nil
}

// reread gets items from the base table, and asks again for those that
// BatchGetItem leaves unprocessed (of 16 MB, or of a throttled table).
func (s *Server) reread(x *exchange, page *view.List, keys [][]byte) *fault.Fault {
	pause := firstPause
	for stops := 0; ; {
		op, err := x.route.plan.Reread(x.decision.Grants[0], keys)
		if err != nil {
			return fault.Of(err)
		}
		answer, bad := s.do(x, op)
		if bad != nil {
			return bad
		}
		again, err := page.Reread(answer)
		switch {
		case err != nil:
			return s.distrust(err)
		case len(again) == 0:
			return nil
		case len(again) > len(keys):
			return s.distrust(errors.New("more keys unprocessed than were asked for"))
		case len(again) < len(keys):
			keys = again
			continue
		}
		if stops++; stops == maxStops {
			return fault.Because(fault.Unavailable, "BatchGetItem leaves keys unprocessed")
		}
		select {
		case <-x.Context().Done():
			return fault.New(fault.Unavailable, x.Context().Err())
		case <-time.After(pause):
			pause *= 2
		}
	}
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
