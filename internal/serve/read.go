package serve

import (
	"errors"
	"net/http"

	"github.com/discreet-dev/discreet/internal/access"
	"github.com/discreet-dev/discreet/internal/fault"
	"github.com/discreet-dev/discreet/internal/plan"
	"github.com/discreet-dev/discreet/internal/view"
)

func (s *Server) get(x *exchange) (response, *fault.Fault) {
	v, _, bad := s.read(x, x.decision.Grants, false)
	if bad != nil {
		return response{}, bad
	}
	return x.shows(http.StatusOK, v), nil
}

// read gets one item and shows it through the first grant that admits it. The
// answer is returned too, for those who compute with what no view shows.
func (s *Server) read(x *exchange, grants []access.Grant, consistent bool, more ...string) (view.Visible, []byte, *fault.Fault) {
	op, err := x.route.plan.Get(grants, consistent, more...)
	if err != nil {
		return view.Visible{}, nil, fault.Of(err)
	}
	answer, bad := s.do(x, op)
	if bad != nil {
		return view.Visible{}, nil, bad
	}
	v, chosen, err := x.route.lenses.Get(grants, answer, x.now)
	if err != nil {
		return view.Visible{}, nil, s.distrust(err)
	}
	if chosen < 0 {
		return view.Visible{}, nil, fault.New(fault.NotFound, nil)
	}
	x.view = grants[chosen].View()
	return v, answer, nil
}

// do sends one operation.
func (s *Server) do(x *exchange, op plan.Operation) ([]byte, *fault.Fault) {
	answer, err := s.Store.Do(x.Context(), op.Action, op.Body)
	if err != nil {
		return nil, fault.Of(err)
	}
	return answer, nil
}

// distrust is for an answer that is not to the question, or no answer at all:
// the client gets a 500, and the connections that may have crossed go.
func (s *Server) distrust(err error) *fault.Fault {
	s.Store.Reset()
	return fault.New(fault.Internal, err)
}

// failed reports whether a write's own condition did.
func failed(bad *fault.Fault) bool {
	u, ok := errors.AsType[*fault.Upstream](error(bad))
	return ok && u.Code == "ConditionalCheckFailedException"
}
