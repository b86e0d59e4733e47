package serve

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/item"
	"github.com/discreet-dev/discreet/internal/plan"
)

func (s *Server) moment(x *exchange) plan.Moment { return plan.Moment{Now: x.now, NewID: s.NewID} }

// create puts a new item and shows it. Over one that is there: 409 where the
// whole partition is the principal's own, else 403, which is what any key out
// of reach gets.
func (s *Server) create(x *exchange) (response, *fault.Fault) {
	g := x.decision.Grants[0]
	// What is not there yet matches no tag, not even * (RFC 9110, 13.1.1). The
	// answer is the same over an item that is there.
	if len(x.Header.Values("If-Match")) > 0 {
		return response{}, fault.New(fault.Stale, nil)
	}
	body, bad := s.body(x)
	if bad != nil {
		return response{}, bad
	}
	c, err := x.route.plan.Create(g, body, s.moment(x))
	if err != nil {
		return response{}, fault.Of(err)
	}
	if _, bad := s.do(x, c.Operation); bad != nil {
		if !failed(bad) {
			return response{}, bad
		}
		if g.OwnsKey() {
			return response{}, fault.New(fault.Exists, bad)
		}
		return response{}, fault.New(fault.Forbidden, bad)
	}
	if x.minimal() {
		return response{status: http.StatusNoContent}, nil
	}
	stored := append(append([]byte(`{"Item":`), c.Item...), '}')
	v, chosen, err := x.route.lenses.Get([]access.Grant{g}, stored, x.now)
	if err != nil {
		return response{}, fault.New(fault.Internal, err)
	}
	if chosen < 0 {
		return response{status: http.StatusNoContent}, nil
	}
	return x.shows(http.StatusCreated, v), nil
}

const maxTries = 4 // of a write that others overtake

// update applies a merge patch. What the client saw, when it says so by
// If-Match, is turned into a version that stands in the write's own condition.
func (s *Server) update(x *exchange) (response, *fault.Fault) {
	g := x.decision.Grants[0]
	body, bad := s.body(x)
	if bad != nil {
		return response{}, bad
	}
	empty := false
	bad = s.write(x, func(seen plan.Seen) (plan.Write, error) {
		w, err := x.route.plan.Update(g, body, seen, s.moment(x))
		empty = w.Empty
		return w, err
	})
	if bad != nil {
		return response{}, bad
	}
	if x.minimal() && !empty {
		return response{status: http.StatusNoContent}, nil
	}
	v, _, bad := s.read(x, []access.Grant{g}, true)
	switch {
	case bad == nil && x.minimal():
		return response{status: http.StatusNoContent}, nil
	case bad == nil:
		return x.shows(http.StatusOK, v), nil
	case empty:
		return response{}, bad
	}
	// The write is done, whatever became of the item since.
	s.Log.Warn("not read again after a write", "request_id", x.id, "error", bad)
	return response{status: http.StatusNoContent}, nil
}

func (s *Server) delete(x *exchange) (response, *fault.Fault) {
	g := x.decision.Grants[0]
	bad := s.write(x, func(seen plan.Seen) (plan.Write, error) {
		return x.route.plan.Delete(g, seen, s.moment(x))
	})
	if bad != nil {
		return response{}, bad
	}
	return response{status: http.StatusNoContent}, nil
}

// write sends a conditional write. With If-Match the item is read first, only
// to learn which version the client's entity tag stands for; ownership stands
// in the write's condition all the same.
func (s *Server) write(x *exchange, planned func(plan.Seen) (plan.Write, error)) *fault.Fault {
	match := x.Header.Values("If-Match")
	if len(match) > 0 && x.view.Of.Table.Version == "" && strings.TrimSpace(strings.Join(match, ",")) != "*" {
		return fault.Bad("If-Match", "takes * alone on this route")
	}
	for range maxTries {
		seen, bad := s.seen(x, match)
		if bad != nil {
			return bad
		}
		w, err := planned(seen)
		if err != nil {
			return fault.Of(err)
		}
		if w.Empty {
			return nil
		}
		if bad = s.ensured(x, w); bad == nil {
			return nil
		}
		if !failed(bad) {
			return sizes(bad)
		}
		if !seen.Any {
			return fault.New(fault.NotFound, bad)
		}
		// Gone, or changed in the meantime, maybe where the client can't see:
		// only another look tells.
	}
	return fault.Because(fault.Unavailable, "overtaken by other writes %d times", maxTries)
}

// seen reads the version behind If-Match. A tag that is not that of the visible
// bytes as they are is stale.
func (s *Server) seen(x *exchange, match []string) (plan.Seen, *fault.Fault) {
	version := x.view.Of.Table.Version
	if len(match) == 0 || version == "" {
		return plan.Seen{}, nil
	}
	v, answer, bad := s.read(x, x.decision.Grants[:1], true, version)
	if bad != nil {
		return plan.Seen{}, bad
	}
	if !matches(match, v.ETag(), false) {
		return plan.Seen{}, fault.New(fault.Stale, nil)
	}
	number, err := number(answer, version)
	if err != nil {
		return plan.Seen{}, s.distrust(err)
	}
	return plan.Seen{Any: true, Version: number}, nil
}

// number reads an N of a GetItem answer; "" where the item has none.
func number(answer []byte, name string) (string, error) {
	var a struct{ Item json.RawMessage }
	if err := json.Unmarshal(answer, &a); err != nil {
		return "", errors.New("an answer that is no JSON")
	}
	it, err := item.DecodeItem(a.Item)
	if err != nil {
		return "", errors.New("an item that is none")
	}
	if v := it[name]; v.Kind == item.KindN {
		return v.Str, nil
	}
	return "", nil
}

// ensured sends a write; when its condition fails because a map that it leads
// into is not there, that map is made, and the write is sent once more.
func (s *Server) ensured(x *exchange, w plan.Write) *fault.Fault {
	_, bad := s.do(x, w.Operation)
	if bad == nil || !failed(bad) || len(w.Ensure) == 0 {
		return bad
	}
	for _, op := range w.Ensure {
		if _, bad := s.do(x, op); bad != nil && !failed(bad) {
			return bad
		}
	}
	_, bad = s.do(x, w.Operation)
	return bad
}

// sizes tells the one refusal of DynamoDB that is the client's to mend: a body
// that makes the item too large.
func sizes(bad *fault.Fault) *fault.Fault {
	u, ok := errors.AsType[*fault.Upstream](error(bad))
	if ok && u.Code == "ValidationException" && strings.Contains(u.Message, "size") && strings.Contains(u.Message, "exceeded") {
		return fault.New(fault.TooLarge, bad)
	}
	return bad
}

// minimal reports whether the client wants no body back (RFC 7240).
func (x *exchange) minimal() bool {
	for _, p := range strings.Split(strings.Join(x.Header.Values("Prefer"), ","), ",") {
		if strings.EqualFold(strings.ReplaceAll(strings.TrimSpace(p), " ", ""), "return=minimal") {
			return true
		}
	}
	return false
}
