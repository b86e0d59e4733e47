package serve

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/discreet-dev/discreet/internal/audit"
	"github.com/discreet-dev/discreet/internal/fault"
)

// statusGone is in the log alone: the client did not wait for its answer, and
// nothing of ours failed. It is not an HTTP status.
const statusGone = 499

// record writes the two lines of a request: what was answered, and what was
// decided. Neither holds a value of an item or of the request. The context is
// the client's, without our own timeout.
func (s *Server) record(x *exchange, ctx context.Context, r response, bad *fault.Fault, bytes int) {
	a := audit.Access{
		Time: s.Clock(), RequestID: x.id, Method: x.Method, Status: r.status,
		Duration: time.Since(x.begun), Items: x.visible.Items(), Bytes: int64(bytes),
	}
	d := audit.Decision{
		Time: a.Time, RequestID: x.id, Principal: x.principal.ID, Source: x.principal.Source,
		Allowed: bad == nil, Why: audit.WhyOf(bad), Items: a.Items, Attributes: x.visible.Attributes(),
	}
	if x.route != nil {
		a.Route = x.route.Text
		d.Route, d.Operation = x.route.Text, string(x.route.Operation)
	} else if bad != nil && bad.Kind == fault.NotFound {
		d.Why = audit.NoRoute
	}
	if x.view != nil {
		a.View, d.View = x.view.Name, x.view.Name
	}
	if bad != nil {
		a.Cause = bad.Cause
		if bad.Kind == fault.Unavailable && errors.Is(ctx.Err(), context.Canceled) {
			a.Status = statusGone
		}
	}
	s.Audit.Access(ctx, a)
	if x.Method != http.MethodOptions {
		s.Audit.Decision(ctx, d)
	}
	for _, m := range x.visible.Mistyped() {
		s.Log.LogAttrs(ctx, slog.LevelWarn, "an attribute is not of its declared type and was left out",
			slog.String("request_id", x.id), slog.String("view", a.View), slog.String("attribute", m.Name), slog.Int("count", m.Count))
	}
}
